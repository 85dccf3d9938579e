using System.Text.Json.Nodes;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>A call of the tracking API, and what it says of persons.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Body">The call.</param>
/// <param name="MessageId">Its message id.</param>
/// <param name="Identifiers">Its identifiers as <c>type:value</c>, by priority: the person of the first has the event.</param>
internal sealed record SentEvent(string Path, JsonObject Body, string MessageId, IReadOnlyList<string> Identifiers)
{
    /// <summary>Name of the tracked events.</summary>
    public const string Tracked = "Crash Walked";

    public bool IsTrack => Path == "/v1/track";
}
