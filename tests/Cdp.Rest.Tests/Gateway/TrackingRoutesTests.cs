using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Cdp.Collection;
using Cdp.Gateway.Forwarding;
using Cdp.Rest.Tests.Fakes;
using Cdp.Storage.Embedded.Collection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Rest.Tests.Gateway;

public sealed class TrackingRoutesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Routes_OfCollection_AreAllPassedOn()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-routes-").FullName;
        try
        {
            var builder = WebApplication.CreateBuilder();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Cdp:DataDirectory"] = directory });
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddGrpc();
            builder.AddCollection().UseEmbedded();
            await using var collection = builder.Build();
            collection.MapCollection();

            var served = ((IEndpointRouteBuilder)collection).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
                .Select(e => e.RoutePattern.RawText!.TrimEnd('/'))
                .Where(path => !path.Contains("Service/", StringComparison.Ordinal) && !path.Contains("unimplemented", StringComparison.Ordinal))
                .ToHashSet();

            Assert.Equal(served.Order(), TrackingRoutes.Posts.Concat(TrackingRoutes.Gets).Order());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Track_PassesBodyKeyAndWhoTheClientIs()
    {
        await using var stage = await StageServer.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(stage.HttpUrl, stage.GrpcUrl);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/track?writeKey=w") { Content = new StringContent("{\"any\":") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "dzo=");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        request.Headers.Add("cdp-actor", "key_admin");
        request.Headers.Add("cdp-service-key", "guessed");

        using var response = await gateway.Http.SendAsync(request, Stop);

        Assert.Equal("POST /v1/track?writeKey=w {\"any\":", await response.Content.ReadAsStringAsync(Stop));
        var seen = stage.Seen.Headers;
        Assert.Equal("Basic dzo=", seen["Authorization"]);
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal(gateway.Http.BaseAddress!.Authority, seen["X-Forwarded-Host"]);
        Assert.Equal("between-us", seen["cdp-service-key"]);
        Assert.DoesNotContain("cdp-actor", seen.Keys);
    }

    [Fact]
    public async Task Preflight_IsPassedOn()
    {
        await using var stage = await StageServer.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(stage.HttpUrl, stage.GrpcUrl);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/projects/key/settings");

        using var response = await gateway.Http.SendAsync(request, Stop);

        Assert.StartsWith("OPTIONS /v1/projects/key/settings", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Track_OneReplicaIsDown_TheOtherAnswersAll()
    {
        await using var stage = await StageServer.StartAsync();
        await using var gateway = await GatewayServer.StartAsync(stage.HttpUrl, stage.GrpcUrl, replicaUrl: "http://127.0.0.1:1");

        for (var i = 0; i < 10; i++)
        {
            using var body = new StringContent($"{i}");
            using var response = await gateway.Http.PostAsync("/v1/track", body, Stop);
            Assert.Equal($"POST /v1/track {i}", await response.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task Track_CollectionIsDown_Answers503ThatABrowserCanRead()
    {
        await using var gateway = await GatewayServer.StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/track") { Content = new StringContent("{}") };
        request.Headers.Add("Origin", "https://shop.example");

        using var response = await gateway.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("https://shop.example", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(503, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!["status"]!.GetValue<int>());
    }
}
