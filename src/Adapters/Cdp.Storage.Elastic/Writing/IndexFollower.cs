using Cdp.Contracts.Failures;
using Cdp.SegmentSearch.Index;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>
/// Notes which profiles changed since they were last written, each once, in the order in which they first changed. Where
/// they become too many, or nobody knows, everything is to be compared instead.
/// </summary>
internal sealed class IndexFollower(TimeProvider time) : IIndexFollower
{
    private const int Most = 500_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Queue<(string Id, long Mark)> _changed = new();
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource _signal = NewSignal();
    private TaskCompletionSource _progress = NewSignal();
    private bool _isLoaded;
    private bool _compare;
    private long? _comparisonMark;
    private long _marked;
    private long _done;
    private long _writes;

    /// <summary>Grows with each write.</summary>
    public long Writes => Volatile.Read(ref _writes);

    /// <inheritdoc />
    public void Cleared()
    {
        lock (_gate)
        {
            (_isLoaded, _compare) = (false, false);
            Forget();
        }
    }

    /// <inheritdoc />
    public void Loaded()
    {
        lock (_gate)
        {
            _isLoaded = true;
            CompareAll();
        }
    }

    /// <summary>What is in the engine may differ from what was written: everything is to be compared.</summary>
    public void Recheck()
    {
        lock (_gate)
        {
            if (_isLoaded)
                CompareAll();
        }
    }

    /// <inheritdoc />
    public void Changed(string profileId)
    {
        lock (_gate)
        {
            if (!_isLoaded)
                return;
            _marked++;
            if (_waiting.Add(profileId))
                _changed.Enqueue((profileId, _marked));
            if (_changed.Count > Most)
                CompareAll();
            _signal.TrySetResult();
        }
    }

    /// <summary>Waits until there is something to do.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _compare || _changed.Count > 0 ? Task.CompletedTask : (_signal = NewSignal()).Task.WaitAsync(cancellationToken);
    }

    /// <summary>Whether everything is to be compared now; it is done with <see cref="Compared"/>.</summary>
    public bool TakeComparison()
    {
        lock (_gate)
        {
            var taken = _compare;
            _compare = false;
            return taken;
        }
    }

    /// <summary>All differences that a comparison found are written.</summary>
    public void Compared()
    {
        lock (_gate)
        {
            if (!_compare)
                _comparisonMark = null;
            Advance();
        }
    }

    /// <summary>Takes profiles that changed, those first that changed first. They are in hand until <see cref="Done"/>.</summary>
    public IReadOnlyList<string> Take(int most)
    {
        lock (_gate)
        {
            var taken = new List<string>(Math.Min(most, _changed.Count));
            while (taken.Count < most && _changed.TryDequeue(out var next))
            {
                _waiting.Remove(next.Id);
                taken.Add(next.Id);
            }
            return taken;
        }
    }

    /// <summary>Everything taken is written.</summary>
    public void Done()
    {
        lock (_gate)
            Advance();
    }

    /// <inheritdoc />
    public async Task CaughtUpAsync(CancellationToken cancellationToken)
    {
        long needed;
        lock (_gate)
            needed = _marked;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            while (Progress(needed) is { } progress)
                await progress.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure.Unavailable("The search index is behind the profiles; try again later.");
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task? Progress(long needed)
    {
        lock (_gate)
            return _done >= needed ? null : _progress.Task;
    }

    private void Advance()
    {
        _writes++;
        var done = _changed.TryPeek(out var first) ? first.Mark - 1 : _marked;
        _done = Math.Min(done, _comparisonMark - 1 ?? done);
        _progress.SetResult();
        _progress = NewSignal();
    }

    // Counts as a change, the oldest that is not done, until all differences are written.
    private void CompareAll()
    {
        Forget();
        _compare = true;
        _comparisonMark ??= ++_marked;
        _signal.TrySetResult();
    }

    private void Forget()
    {
        _changed.Clear();
        _waiting.Clear();
    }
}
