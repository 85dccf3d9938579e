namespace Cdp.Governance.Regulations;

/// <summary>When to try what again: soon at first, then ever later. Kept in memory: after a restart all is due.</summary>
internal sealed class RetryClock(TimeProvider time)
{
    private const int MostDoublings = 20;
    private readonly Dictionary<string, Retry> _retries = new(StringComparer.Ordinal);

    /// <summary>How long until the next one is due; infinite where none waits.</summary>
    public TimeSpan UntilNext()
    {
        if (_retries.Count == 0)
            return Timeout.InfiniteTimeSpan;
        var left = _retries.Values.Min(r => r.Due) - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public bool IsDue(string id) => !_retries.TryGetValue(id, out var retry) || retry.Due <= time.GetUtcNow();

    public void Note(string id, RunResult result)
    {
        if (result.End == RunEnd.Finished)
        {
            _retries.Remove(id);
            return;
        }
        var again = _retries.TryGetValue(id, out var former) && former.End == result.End && !result.Advanced ? former.Again + 1 : 0;
        // A stage that lags catches up within moments; one that is down takes an operator.
        var (first, last) = result.End == RunEnd.Waiting
            ? (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5))
            : (TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        var pause = first * Math.Pow(2, Math.Min(again, MostDoublings));
        _retries[id] = new Retry(result.End, again, time.GetUtcNow() + (pause < last ? pause : last));
    }

    private readonly record struct Retry(RunEnd End, int Again, DateTimeOffset Due);
}
