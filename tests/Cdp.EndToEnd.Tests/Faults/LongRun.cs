namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Tests that take about a minute each, apart from the default run: <c>CDP_TEST_LONG=1 dotnet test</c> runs them, too.</summary>
internal static class LongRun
{
    /// <summary>Whether they are to run.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("CDP_TEST_LONG") is { Length: > 0 };

    public static void Require() => Assert.SkipUnless(IsWanted, "Takes a minute: set CDP_TEST_LONG=1 to run it.");
}
