using System.Runtime.CompilerServices;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;

namespace Cdp.Profile.Feed;

/// <summary>
/// The feed of changed profiles: who keeps up gets what was just stored from memory, who lags reads the store.
/// </summary>
public sealed class ChangeFeed(IProfileStore store)
{
    private const int RecentChanges = 20_000;
    private const int PageSequences = 1_000;
    private readonly Lock _gate = new();
    private readonly Queue<Published> _recent = new();
    private TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _recentChanges;
    private long _head = -1;

    /// <summary>Makes stored changes known; <paramref name="sequence"/> is the last of them.</summary>
    public void Publish(IReadOnlyList<ProfileChange> changes, long sequence)
    {
        if (changes.Count == 0)
            return;
        lock (_gate)
        {
            // Who lags must not be given a person that was erased: the store no longer has them.
            if (changes.Any(c => c.Deleted))
                Clear();
            _recent.Enqueue(new Published(changes[0].Sequence - 1, sequence, changes));
            _recentChanges += changes.Count;
            while (_recentChanges > RecentChanges && _recent.Count > 1)
                _recentChanges -= _recent.Dequeue().Changes.Count;
            MoveHead(sequence);
        }
    }

    /// <summary>Makes known what everyone is to read from the store: profiles that were taken apart, whole.</summary>
    public void Announce(long sequence)
    {
        lock (_gate)
        {
            Clear();
            MoveHead(sequence);
        }
    }

    /// <summary>All changes after a sequence, without end.</summary>
    public async IAsyncEnumerable<ProfileChangeBatch> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
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
                yield return Batch(next.Changes, after = next.Sequence, head);
                continue;
            }
            if (head != after)
            {
                var (changes, sequence) = await store.ChangesAfterAsync(after, PageSequences, cancellationToken);
                if (sequence > after)
                {
                    var pieces = ChangePieces.Of(changes);
                    for (var piece = 0; piece < pieces.Count; piece++)
                        yield return Batch(pieces[piece], piece < pieces.Count - 1 ? after : sequence, Math.Max(head, sequence));
                    after = sequence;
                    continue;
                }
            }
            await published.WaitAsync(cancellationToken);
        }
    }

    private void Clear()
    {
        _recent.Clear();
        _recentChanges = 0;
    }

    private void MoveHead(long sequence)
    {
        _head = sequence;
        var published = _published;
        _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        published.SetResult();
    }

    private static ProfileChangeBatch Batch(IReadOnlyList<ProfileChange> changes, long sequence, long head) =>
        new() { Changes = { changes }, Sequence = sequence, Head = head };

    private sealed record Published(long After, long Sequence, IReadOnlyList<ProfileChange> Changes);
}
