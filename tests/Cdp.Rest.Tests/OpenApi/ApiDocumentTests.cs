using System.Text.Json.Nodes;
using Cdp.Rest.Rpcs;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.OpenApi;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task Document_WithoutKey_NamesEveryPathWithItsScope()
    {
        await using var server = await RestServer.StartAsync();
        server.Client.DefaultRequestHeaders.Authorization = null;

        var text = await server.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(text)!;
        var paths = document["paths"]!.AsObject();

        Assert.StartsWith("3.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        var described = paths.SelectMany(p => p.Value!.AsObject().Select(o => HttpRule.RouteOf(o.Key.ToUpperInvariant(), p.Key))).ToHashSet();
        Assert.All(HttpRule.All, rule => Assert.Contains(rule.Route, described));
        Assert.All(paths.SelectMany(p => p.Value!.AsObject()), operation =>
        {
            Assert.NotEmpty(operation.Value!["summary"]!.GetValue<string>());
            Assert.NotEmpty(operation.Value["security"]!.AsArray());
        });
        Assert.Contains("/v1/imports", paths.Select(p => p.Key));
        Assert.Contains("/v1/batch", paths.Select(p => p.Key));
        Assert.Equal("bearer", document["components"]!["securitySchemes"]!["api_key"]!["scheme"]!.GetValue<string>());
        Assert.NotNull(document["components"]!["schemas"]!["SegmentResponse"]!["properties"]!["created_at"]);
    }
}
