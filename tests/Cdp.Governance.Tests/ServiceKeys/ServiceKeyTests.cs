using Cdp.ServiceDefaults.ServiceKeys;
using Microsoft.Extensions.Configuration;

namespace Cdp.Governance.Tests.ServiceKeys;

public sealed class ServiceKeyTests
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", "anything", true)]
    [InlineData("secret", "secret", true)]
    [InlineData("secret", "Secret", false)]
    [InlineData("secret", "", false)]
    [InlineData("secret", null, false)]
    public void Accepts_WhatIsShown_AgainstWhatIsConfigured(string? configured, string? shown, bool expected)
    {
        var key = new ServiceKey(new ConfigurationBuilder().AddInMemoryCollection([new(ServiceKey.Setting, configured)]).Build());

        Assert.Equal(expected, key.Accepts(shown));
    }
}
