using Cdp.ServiceDefaults;

namespace Cdp.Rest.Tests.Standalone;

public sealed class CdpProcessTests
{
    [Theory]
    [InlineData("--Cdp:DataDirectry=x")]
    [InlineData("--verbose=1")]
    [InlineData("--urls=nonsense")]
    public async Task Run_SettingIsWrong_ExitsWithOne(string argument)
    {
        var code = await CdpProcess.RunAsync([argument], "gateway", _ => { }, _ => Assert.Fail("It must not get that far."), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Run_Defect_IsNotHidden() =>
        await Assert.ThrowsAsync<NullReferenceException>(() =>
            CdpProcess.RunAsync(["--urls=http://127.0.0.1:0"], "gateway", _ => throw new NullReferenceException(), _ => { }, TestContext.Current.CancellationToken));
}
