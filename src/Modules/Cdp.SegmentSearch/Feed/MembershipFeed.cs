using System.Runtime.CompilerServices;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Feed;

/// <summary>
/// The feed of entries and exits: who keeps up gets what was just stored from memory, who lags reads the store. Exits by
/// erasure are only in memory: the store forgets the erased, and who was away when it happened is told by the erasure itself.
/// </summary>
public sealed class MembershipFeed(ISegmentStore store)
{
    private const int RecentPages = 256;
    private const int PageChanges = 1_000;
    private readonly Lock _gate = new();
    private readonly Queue<Published> _recent = new();
    private TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _head = -1;

    /// <summary>Makes stored changes known.</summary>
    public void Publish(IReadOnlyList<MembershipChange> changes)
    {
        if (changes.Count == 0)
            return;
        TaskCompletionSource published;
        lock (_gate)
        {
            _head = changes[^1].Sequence;
            // A new segment may come with hundreds of thousands of entries: neither a message nor memory has to hold them all.
            foreach (var page in changes.Chunk(PageChanges))
                _recent.Enqueue(new Published(page[0].Sequence - 1, page));
            while (_recent.Count > RecentPages)
                _recent.Dequeue();
            published = _published;
            _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        published.SetResult();
    }

    /// <summary>Lets go of what is in memory about profiles that were erased.</summary>
    public void Forget()
    {
        lock (_gate)
            _recent.Clear();
    }

    /// <summary>All changes after a sequence, without end.</summary>
    public async IAsyncEnumerable<MembershipChangeBatch> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task published;
            Published? next;
            long head;
            lock (_gate)
            {
                published = _published.Task;
                next = _recent.FirstOrDefault(r => r.After == after);
                head = _head;
            }
            if (next is not null)
            {
                after = next.Changes[^1].Sequence;
                yield return new MembershipChangeBatch { Changes = { next.Changes }, Sequence = after, Head = head };
                continue;
            }
            if (head != after)
            {
                var (changes, sequence) = await store.ChangesAfterAsync(after, PageChanges, cancellationToken);
                if (sequence > after)
                {
                    after = sequence;
                    yield return new MembershipChangeBatch { Changes = { changes }, Sequence = after, Head = Math.Max(head, after) };
                    continue;
                }
            }
            await published.WaitAsync(cancellationToken);
        }
    }

    private sealed record Published(long After, IReadOnlyList<MembershipChange> Changes);
}
