using System.Net;
using System.Text.Json.Nodes;
using Cdp.Collection.Tests.Fakes;

namespace Cdp.Collection.Tests.Tracking;

public sealed class SettingsEndpointsTests : IAsyncLifetime
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

    [Fact]
    public async Task Settings_KnownKey_HasWhatAnalyticsJsNeeds()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/projects/{TrackingServer.WriteKey}/settings");
        request.Headers.Add("X-Forwarded-Host", "cdp.shop.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var response = await _server.Http.SendAsync(request, Stop);

        var settings = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal(TrackingServer.WriteKey, settings["integrations"]!["Segment.io"]!["apiKey"]!.GetValue<string>());
        Assert.Equal("cdp.shop.example/v1", settings["integrations"]!["Segment.io"]!["apiHost"]!.GetValue<string>());
        Assert.Equal("https", settings["integrations"]!["Segment.io"]!["protocol"]!.GetValue<string>());
        Assert.Equal(0, settings["metrics"]!["sampleRate"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("/v1/projects/unknown/settings"), InlineData("/sourceConfig?writeKey=unknown")]
    public async Task Settings_UnknownKey_Answers401(string path)
    {
        using var response = await _server.Http.GetAsync(path, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("/sourceConfig"), InlineData("/sourceConfig/?p=npm&v=3&build=modern")]
    public async Task SourceConfig_KnownKey_HasWhatRudderStackNeeds(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", TrackingServer.Basic(TrackingServer.WriteKey + ":"));
        using var response = await _server.Http.SendAsync(request, Stop);

        var source = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!["source"]!;
        Assert.StartsWith("src_", source["id"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(source["config"]);
        Assert.Empty(source["destinations"]!.AsArray());
    }
}
