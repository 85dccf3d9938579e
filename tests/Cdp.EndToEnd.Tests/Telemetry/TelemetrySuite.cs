using System.Text;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Telemetry;

/// <summary>What the processes tell a collector about one event on its way to a webhook.</summary>
public abstract class TelemetrySuite
{
    private static readonly (string Service, string Span)[] Way =
    [
        ("cdp-gateway", "POST /v1/track"), ("cdp-collection", "POST /v1/track"), ("cdp-collection", "send events"),
        ("cdp-profile", "process events"), ("cdp-profile", "cdp.identity.v1.IdentityService/Resolve"), ("cdp-identity", "resolve events"), ("cdp-segment-search", "process profile_changes"),
        ("cdp-activation", "process membership_changes"), ("cdp-activation", "send webhook"), ("cdp-activation", "POST"),
    ];

    private static readonly (string Service, string Metric)[] Told =
    [
        ("cdp-collection", "messaging.client.sent.messages"), ("cdp-collection", "messaging.client.operation.duration"),
        ("cdp-profile", "messaging.client.consumed.messages"), ("cdp-profile", "messaging.process.duration"), ("cdp-profile", "cdp.feed.lag"),
        ("cdp-segment-search", "cdp.feed.batch.size"), ("cdp-segment-search", "cdp.feed.lag"), ("cdp-activation", "cdp.feed.lag"),
        ("cdp-identity", "messaging.process.duration"), ("cdp-governance", "db.client.operation.duration"),
        ("cdp-profile", "db.client.operation.duration"), ("cdp-activation", "cdp.activation.attempts"),
    ];

    [Fact]
    public async Task Event_OnItsWay_IsOneTrace_AndEveryStageTellsOfItself()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var platform = Create(collector.Settings);
        await platform.InitializeAsync();
        await platform.Client.CreateSegmentAsync("traced", """{"event":"Traced"}""");
        var destination = await platform.Client.PostAsync("/v1/destinations", new { name = "t", type = "webhook", url = receiver.Url });
        await platform.Client.PostAsync("/v1/activations", new { segment_key = "traced", destination_id = destination["id"]!.GetValue<string>() });

        await platform.Client.SendAsync("/v1/track", new { userId = "secret-person", @event = "Traced", properties = new { note = "secret-note" } });
        await platform.Client.DrainAsync(deliveries: true);
        await platform.Client.GetAsync("/v1/profiles/user_id:secret-person");

        var trace = await PlatformClient.UntilAsync(() => Task.FromResult(TraceOf(collector)), IsComplete, "all spans came");
        Assert.Single(trace, s => s.ParentId.Length == 0);
        Check(trace);
        Assert.Equal(trace.First(s => s.Name == "send webhook").TraceId, receiver.TraceIds.Single());

        await PlatformClient.UntilAsync(
            () => Task.FromResult(Told.Where(m => !collector.Metrics.ContainsKey(m)).ToList()), missing => missing.Count == 0, "all metrics came");
        await PlatformClient.UntilAsync(
            () => Task.FromResult(collector.Spans.Select(s => s.Name).ToList()), names => names.Any(n => n.StartsWith("GET /v1/profiles/{id}", StringComparison.Ordinal)), "the read of the profile came");
        await PlatformClient.UntilAsync(
            () => Task.FromResult(collector.Requests.Select(r => r.Path).Distinct().ToList()), paths => paths.Contains("/v1/logs"), "logs came");
        string[] secrets = ["secret-", receiver.Url.AbsolutePath];
        Assert.DoesNotContain(collector.Requests, r => secrets.Any(p => Encoding.UTF8.GetString(r.Body).Contains(p, StringComparison.Ordinal)));
    }

    /// <summary>The platform in one of its shapes, not started yet.</summary>
    protected abstract ServicesPlatform Create(IReadOnlyDictionary<string, string> settings);

    /// <summary>What else the trace of the event has in this shape.</summary>
    private protected virtual void Check(IReadOnlyCollection<ReceivedSpan> trace)
    {
    }

    // Each process sends its spans when it wants to: complete is a trace in which no span lacks its parent.
    private static bool IsComplete(List<ReceivedSpan> trace) =>
        Way.All(w => trace.Any(s => (s.Service, s.Name) == w)) && trace.All(s => s.ParentId.Length == 0 || trace.Any(p => p.Id == s.ParentId));

    private static List<ReceivedSpan> TraceOf(OtlpReceiver collector)
    {
        var spans = collector.Spans.ToList();
        return spans.FirstOrDefault(s => s.Name == "send events") is { } sent ? [.. spans.Where(s => s.TraceId == sent.TraceId)] : [];
    }
}
