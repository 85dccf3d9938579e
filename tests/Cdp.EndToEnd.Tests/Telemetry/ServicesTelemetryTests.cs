using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Telemetry;

/// <summary>The platform as seven processes on embedded stores.</summary>
public sealed class ServicesTelemetryTests : TelemetrySuite
{
    protected override ServicesPlatform Create(IReadOnlyDictionary<string, string> settings) => new() { Settings = settings };
}
