using System.Net;
using System.Text;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Tests.Tracking;

public sealed class PixelEndpointsTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TrackingServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("/v1/pixel"), InlineData("/pixel/v1")]
    public async Task Get_Parameters_TakesTheEventAndAnswersAnImage(string prefix)
    {
        using var response = await _server.Http.GetAsync($"{prefix}/track?writeKey={TrackingServer.WriteKey}&userId=ann&event=Mail%20Opened&properties=%7B%22mail%22%3A7%7D", Stop);
        await _server.Http.GetAsync($"{prefix}/page?writeKey={TrackingServer.WriteKey}&anonymousId=x&name=Home", Stop);

        Assert.Equal("image/gif", response.Content.Headers.ContentType!.MediaType);
        var events = await _server.EventsAsync();
        Assert.Equal([(EventType.Track, "Mail Opened"), (EventType.Page, "Home")], events.Select(e => (e.Type, e.Name)).OrderBy(e => e.Type));
        Assert.Contains("\"mail\":7", events.Single(e => e.Type == EventType.Track).Body.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Base64_TakesPlainAndUrlSafeWithOrWithoutPadding()
    {
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"userId":"ann>>>???","event":"E","writeKey":"{{TrackingServer.WriteKey}}"}"""));

        foreach (var data in new[] { Uri.EscapeDataString(plain), plain.Replace("=", "").Replace('+', '-').Replace('/', '_'), plain })
        {
            using var response = await _server.Http.GetAsync($"/v1/pixel/track?data={data}", Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Equal(3, (await _server.EventsAsync()).Count(e => e.UserId == "ann>>>???"));
    }

    [Theory]
    [InlineData("data=%25%25"), InlineData("data=e30"), InlineData("writeKey=test-write-key&properties=%7B")]
    public async Task Get_Wrong_AnswersAnErrorNotA500(string query)
    {
        using var response = await _server.Http.GetAsync($"/v1/pixel/track?{query}", Stop);

        Assert.InRange((int)response.StatusCode, 400, 401);
        Assert.Empty(await _server.EventsAsync());
    }
}
