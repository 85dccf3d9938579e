using Cdp.Activation.Webhooks;

namespace Cdp.Activation.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Parse_KeyOfALength_IsTakenWithinTheLimits(int bytes, bool taken)
    {
        var key = Enumerable.Range(0, bytes).Select(i => (byte)i).ToArray();

        Assert.Equal(taken ? key : null, WebhookSecret.Parse("whsec_" + Convert.ToBase64String(key)));
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64, whatever its length may be!")]
    public void Parse_NoSecret_IsNull(string text) => Assert.Null(WebhookSecret.Parse(text));

    [Fact]
    public void Make_Twice_GivesTwoSecretsOf32Bytes()
    {
        var (one, other) = (WebhookSecret.Make(), WebhookSecret.Make());

        Assert.NotEqual(one, other);
        Assert.Equal(32, WebhookSecret.Parse(one)!.Length);
    }
}
