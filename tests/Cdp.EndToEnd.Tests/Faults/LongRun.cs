namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Tests that take about a minute each, apart from the default run: <c>CDP_TEST_LONG=1 dotnet test</c> runs them, too.</summary>
internal static class LongRun
{
    public static void Require() =>
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CDP_TEST_LONG") is not { Length: > 0 }, "Takes a minute: set CDP_TEST_LONG=1 to run it.");
}
