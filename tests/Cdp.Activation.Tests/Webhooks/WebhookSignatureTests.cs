using Cdp.Activation.Webhooks;

namespace Cdp.Activation.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    // The vector that the specification's reference libraries test themselves with.
    [Fact]
    public void Sign_PublishedVector_GivesThePublishedSignature()
    {
        var key = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        var signature = WebhookSignature.Sign(key!, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }
}
