using System.Net;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Limits;
using Cdp.Rest.Tests.Fakes;
using Microsoft.AspNetCore.Builder;

namespace Cdp.Rest.Tests.Limits;

public sealed class RateLimitsTests
{
    [Fact]
    public async Task Requests_MoreThanTheBurst_Answer429WithRetryAfter()
    {
        await using var server = await StartAsync(("Cdp:RateLimit:ApiBurst", "2"), ("Cdp:RateLimit:ApiPerSecond", "1"));

        var statuses = await SendAsync(server, "/v1/segments", 4);

        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        var (response, body) = await server.SendAsync(HttpMethod.Get, "/v1/segments");
        Assert.NotNull(response.Headers.RetryAfter!.Delta);
        Assert.True(int.Parse(response.Headers.GetValues("X-RateLimit-Reset").Single(), System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Equal(429, body!["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Tracking_HasABucketOfItsOwn()
    {
        await using var server = await StartAsync(("Cdp:RateLimit:ApiBurst", "1"), ("Cdp:RateLimit:ApiPerSecond", "1"));

        Assert.All(await SendAsync(server, "/tracking", 5), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Limits_Disabled_LetAllPass()
    {
        await using var server = await StartAsync(("Cdp:RateLimit:Enabled", "false"), ("Cdp:RateLimit:ApiBurst", "1"));

        Assert.All(await SendAsync(server, "/v1/segments", 5), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public void Options_Defaults_DoNotStopABusySender() => Assert.True(new RateLimitOptions() is { TrackingBurst: >= 5_000, TrackingPerSecond: >= 5_000 });

    private static Task<RestServer> StartAsync(params (string Name, string Value)[] settings) => RestServer.StartAsync(
        stages => stages.Answer<ListSegmentsRequest, ListSegmentsResponse>(_ => new ListSegmentsResponse()),
        settings.ToDictionary(s => s.Name, s => (string?)s.Value),
        endpoints => endpoints.MapGet("/tracking", () => "ok").AllowAnonymous());

    private static async Task<List<HttpStatusCode>> SendAsync(RestServer server, string path, int count)
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < count; i++)
        {
            using var response = await server.Client.GetAsync(path, TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
        }
        return statuses;
    }
}
