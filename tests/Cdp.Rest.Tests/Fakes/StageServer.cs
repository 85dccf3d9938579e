using System.Net;
using Cdp.Contracts.Collection.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Rest.Tests.Fakes;

/// <summary>A collection service that tells what reaches it, over HTTP and gRPC.</summary>
internal sealed class StageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StageServer(WebApplication app) => _app = app;

    public string HttpUrl => _app.Urls.First();

    public string GrpcUrl => _app.Urls.Last();

    public Spy Seen => _app.Services.GetRequiredService<Spy>();

    public static async Task<StageServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Spy>();
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            context.RequestServices.GetRequiredService<Spy>().Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            await next(context);
        });
        app.MapGrpcService<Collection>();
        app.MapGrpcService<Sources>();
        app.MapFallback(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {await body.ReadToEndAsync()}");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new StageServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Headers of the latest request.</summary>
    internal sealed class Spy
    {
        public IReadOnlyDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();
    }

    private sealed class Collection : CollectionService.CollectionServiceBase
    {
        public override Task<IngestResponse> Ingest(IngestRequest request, ServerCallContext context) =>
            Task.FromResult(new IngestResponse { Result = new IngestResult { MessageId = request.WriteKey } });

        public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<EventFeedBatch> responseStream, ServerCallContext context)
        {
            for (var i = 0; i < 3; i++)
                await responseStream.WriteAsync(new EventFeedBatch { FirstOffset = i });
        }

        public override Task<EraseEventsResponse> EraseEvents(EraseEventsRequest request, ServerCallContext context) =>
            Task.FromResult(new EraseEventsResponse { Erased = 1 });
    }

    private sealed class Sources : SourceService.SourceServiceBase
    {
        public override Task<Source> GetSource(GetSourceRequest request, ServerCallContext context) =>
            Task.FromResult(new Source { Id = request.Id });
    }
}
