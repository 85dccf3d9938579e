using Cdp.Activation.Tests.Fakes;
using Cdp.Activation.Webhooks;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Tests.Webhooks;

public sealed class WebhookUrlTests
{
    private readonly WebhookUrl _urls = new(
        new AddressPolicy(Options.Create(new ActivationOptions())),
        new FakeHostResolver { Hosts = { ["public.example"] = ["1.1.1.1"], ["inner.example"] = ["10.0.0.1"], ["both.example"] = ["1.1.1.1", "::1"], ["localhost"] = ["127.0.0.1"] } },
        TimeProvider.System);

    [Theory]
    [InlineData("https://public.example/hook?x=1")]
    [InlineData("http://1.1.1.1:8080")]
    [InlineData("https://unknown.example/hook")]
    public async Task ValidateAsync_PublicUrl_HasNoErrors(string url) => Assert.Empty(await ErrorsAsync(url));

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("hook", "is not an http or https URL")]
    [InlineData("/hook", "is not an http or https URL")]
    [InlineData("ftp://public.example/hook", "is not an http or https URL")]
    [InlineData("file:///etc/passwd", "is not an http or https URL")]
    [InlineData("https://user:secret@public.example", "holds a user or password")]
    [InlineData("http://localhost:5000/hook", "is on a private address")]
    [InlineData("http://127.1/hook", "is on a private address")]
    [InlineData("http://0x7f000001/hook", "is on a private address")]
    [InlineData("http://[::1]/hook", "is on a private address")]
    [InlineData("http://[::ffff:10.0.0.1]/hook", "is on a private address")]
    [InlineData("http://169.254.169.254/latest/meta-data", "is on a private address")]
    [InlineData("https://inner.example/hook", "is on a private address")]
    [InlineData("https://both.example/hook", "is on a private address")]
    public async Task ValidateAsync_WrongUrl_SaysWhatIsWrong(string url, string expected)
    {
        var error = Assert.Single(await ErrorsAsync(url));

        Assert.Equal("url", error.Field);
        Assert.StartsWith(expected, error.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValidateAsync_TwoFaults_NamesBoth() => Assert.Equal(2, (await ErrorsAsync("http://user@10.0.0.1/")).Count);

    private Task<IReadOnlyList<Contracts.Failures.FieldError>> ErrorsAsync(string url) =>
        _urls.ValidateAsync(url, TestContext.Current.CancellationToken);
}
