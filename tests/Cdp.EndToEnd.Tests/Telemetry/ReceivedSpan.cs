namespace Cdp.EndToEnd.Tests.Telemetry;

/// <summary>A span as it was exported.</summary>
/// <param name="Service">service.name of the process.</param>
/// <param name="Source">Instrumentation scope.</param>
/// <param name="Name">Its name.</param>
/// <param name="TraceId">Trace.</param>
/// <param name="Id">Its id.</param>
/// <param name="ParentId">Id of its parent; empty of a root.</param>
internal sealed record ReceivedSpan(string Service, string Source, string Name, string TraceId, string Id, string ParentId);
