using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Log;

/// <summary>Finds single events of a partition. What lies close together is read together, what lies far apart is not read in between.</summary>
internal sealed class EventLookup(ILogCursor cursor, int partition, Dictionary<FeedPosition, Event> found)
{
    // About a small row: reading it is no dearer than looking for the next one.
    private const int CloseTogether = 100;
    private const int MostAttempts = 10;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    /// <summary>Adds the events at offsets, which are in ascending order and before the head; those that are gone are left out.</summary>
    public async Task FindAsync(List<long> offsets, CancellationToken cancellationToken)
    {
        var attempts = 0;
        for (var next = 0; next < offsets.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var last = next;
            while (last + 1 < offsets.Count && offsets[last + 1] - offsets[last] <= CloseTogether)
                last++;
            var batches = await cursor.ReadAsync(partition, offsets[next], offsets[last] + 1, cancellationToken);
            if (batches.Count == 0 && ++attempts == MostAttempts)
                throw new LogUnavailableException("The event log cannot be read now.", ComeAgain);
            foreach (var batch in batches)
                next = Take(batch, offsets, next);
        }
    }

    // What lies before a batch is in the log no longer.
    private int Take(EventFeedBatch batch, List<long> offsets, int next)
    {
        while (next < offsets.Count && offsets[next] < batch.FirstOffset)
            next++;
        var end = next;
        while (end < offsets.Count && offsets[end] < batch.FirstOffset + batch.Count)
            end++;
        var own = offsets[next..end];
        foreach (var (offset, picked) in own.Zip(PackedRow.Pick(batch.Events.Memory, own.Select(o => (int)(o - batch.FirstOffset)))))
            found[new FeedPosition { Partition = partition, Offset = offset }] = picked;
        return end;
    }
}
