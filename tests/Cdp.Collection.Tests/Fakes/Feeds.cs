using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>One event as a consumer of the feed sees it.</summary>
internal sealed record Fed(int Partition, long Offset, Event Event);

/// <summary>Reads feeds in tests.</summary>
internal static class Feeds
{
    /// <summary>The next events of a feed, as many as asked for.</summary>
    public static async Task<List<Fed>> TakeAsync(this IEventLog log, int count, params FeedPosition[] from)
    {
        var events = new List<Fed>();
        if (count == 0)
            return events;
        await foreach (var batch in log.ReadAsync(from, TestContext.Current.CancellationToken))
        {
            events.AddRange(Open(batch));
            if (events.Count >= count)
                break;
        }
        return events;
    }

    /// <summary>All events that are durable now.</summary>
    public static async Task<List<Fed>> AllAsync(this IEventLog log) =>
        await log.TakeAsync((int)(await log.HeadsAsync(TestContext.Current.CancellationToken)).Sum(h => h.Offset));

    public static IEnumerable<Fed> Open(EventFeedBatch batch)
    {
        var events = EventBatch.Parser.ParseFrom(batch.Events);
        Assert.Equal(1, events.EnvelopeVersion);
        Assert.Equal(batch.Count, events.Events.Count);
        Assert.True(batch.Head >= batch.FirstOffset + batch.Count);
        return events.Events.Select((e, i) => new Fed(batch.Partition, batch.FirstOffset + i, e));
    }
}
