using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Retention.Tests.Fakes;

/// <summary>Rows in memory, each with when it was made, and their retention.</summary>
internal sealed class AgingRows(TimeSpan? age, TimeProvider time, string what = "rows") : RetentionService(what, age, time, NullLogger.Instance)
{
    private readonly List<long> _rows = [];

    /// <summary>Told with each question, before it is answered.</summary>
    public Func<long, Task> Asked { get; set; } = _ => Task.CompletedTask;

    /// <summary>Rows that are left.</summary>
    public IReadOnlyList<long> Left => _rows;

    public void Add(DateTimeOffset at, int count) => _rows.AddRange(Enumerable.Repeat(at.ToUnixTimeMilliseconds(), count));

    protected override async Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken)
    {
        await Asked(before);
        var old = _rows.Where(at => at < before).Take(limit).ToList();
        old.ForEach(at => _rows.Remove(at));
        return old.Count;
    }
}
