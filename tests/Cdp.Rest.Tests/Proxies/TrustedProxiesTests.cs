using Cdp.Rest.Proxies;
using Cdp.Rest.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Tests.Proxies;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData(null, "127.0.0.1 http ")]
    [InlineData("10.0.0.0/8", "127.0.0.1 http ")]
    [InlineData("10.0.0.0/8; 127.0.0.1", "203.0.113.9 https ")]
    public async Task Forwarded_Headers_CountOnlyFromTrustedProxies(string? setting, string expected)
    {
        await using var server = await RestServer.StartAsync(
            settings: new() { [TrustedProxies.Setting] = setting },
            map: endpoints => endpoints.MapGet("/who", (HttpContext context) =>
                $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Headers["X-Forwarded-For"]}").AllowAnonymous());
        server.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        server.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        var who = await server.Client.GetStringAsync("/who", TestContext.Current.CancellationToken);

        Assert.Equal(expected, who);
    }

    [Fact]
    public void Read_NoAddress_NamesTheSetting()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => TrustedProxies.Read("10.0.0.1;my-proxy"));

        Assert.Contains(TrustedProxies.Setting, failure.Message, StringComparison.Ordinal);
        Assert.Contains("my-proxy", failure.Message, StringComparison.Ordinal);
    }
}
