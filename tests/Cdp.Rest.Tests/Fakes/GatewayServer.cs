using Cdp.Contracts.Governance.V1;
using Cdp.Gateway;
using Cdp.InProcess;
using Cdp.ServiceDefaults;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Rest.Tests.Fakes;

/// <summary>The gateway as it is, on free ports, in front of one stage; API keys are checked by scripted stages.</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Grpc = GrpcChannel.ForAddress(app.Urls.Last());
    }

    public HttpClient Http { get; }

    public GrpcChannel Grpc { get; }

    /// <param name="collectionHttp">Where collection answers HTTP.</param>
    /// <param name="collectionGrpc">Where collection answers gRPC.</param>
    /// <param name="replicaUrl">Where another replica of it answers both, if there is one.</param>
    public static async Task<GatewayServer> StartAsync(string collectionHttp, string collectionGrpc, string? replicaUrl = null)
    {
        var builder = CdpHost.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", "--Cdp:GrpcUrls=http://127.0.0.1:0", "--Cdp:ServiceKey=between-us",
            $"--Services:collection:http:0={collectionHttp}", $"--Services:collection:grpc:0={collectionGrpc}",
            .. replicaUrl is null ? [] : new[] { $"--Services:collection:http:1={replicaUrl}", $"--Services:collection:grpc:1={replicaUrl}" },
        ], "gateway");
        builder.Logging.ClearProviders();
        GatewayHost.Register(builder);
        builder.Services.AddSingleton(new ApiKeyService.ApiKeyServiceClient(new InProcessCallInvoker(new ScriptedStages().Methods)));
        var app = builder.Build();
        GatewayHost.Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new GatewayServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Grpc.Dispose();
        await _app.DisposeAsync();
    }
}
