using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cdp.Collection.Discards;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Collection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>The module on Kestrel, on a free port, with the embedded stores in a directory of its own.</summary>
public sealed class TrackingServer : IAsyncDisposable
{
    public const string WriteKey = "test-write-key";
    private readonly WebApplication _app;

    private TrackingServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TrackingServer> StartAsync(string directory, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Cdp:DataDirectory", directory), new("Cdp:WriteKey", WriteKey)]);
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddCollection().UseEmbedded();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.MapCollection();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TrackingServer(app);
    }

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body, string? authorization = "default", string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        return await SendAsync(path, content, authorization);
    }

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(string path, HttpContent content, string? authorization = "default")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization == "default" ? Basic(WriteKey + ":") : authorization);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Everything in the log, by partition and offset.</summary>
    public async Task<List<Event>> EventsAsync() => [.. (await Services.GetRequiredService<IEventLog>().AllAsync()).Select(e => e.Event)];

    /// <summary>Discards of the first source, by code.</summary>
    public async Task<Dictionary<string, Discard>> DiscardsAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        await Services.GetRequiredService<DiscardLedger>().FlushAsync(stop);
        var source = Services.GetRequiredService<Cdp.Collection.Sources.SourceRegistry>().All[0].Id;
        return (await Services.GetRequiredService<IDiscardStore>().ListAsync(source, stop)).ToDictionary(d => d.Code);
    }

    public static string Basic(string user) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
    }
}
