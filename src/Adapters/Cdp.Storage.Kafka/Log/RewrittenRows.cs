namespace Cdp.Storage.Kafka.Log;

/// <summary>Where a rewritten row is.</summary>
/// <param name="First">Offset of its first event.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="Place">Kafka offset in the topic of rewritten rows at or shortly before the record.</param>
internal readonly record struct Rewrite(long First, int Count, long Place);

/// <summary>Which rows were rewritten by an erasure: their records are taken from the topic of rewritten rows. For any thread.</summary>
/// <param name="partitions">Partitions of the log.</param>
internal sealed class RewrittenRows(int partitions)
{
    private readonly Lock _gate = new();
    private readonly SortedList<long, Rewrite>[] _rows = [.. Enumerable.Range(0, partitions).Select(_ => new SortedList<long, Rewrite>())];

    public void Put(int partition, Rewrite rewrite)
    {
        lock (_gate)
            _rows[partition][rewrite.First] = rewrite;
    }

    /// <summary>The rewritten row that holds an offset.</summary>
    public Rewrite? Find(int partition, long offset)
    {
        lock (_gate)
        {
            var rows = _rows[partition];
            var index = FirstAfter(rows, offset) - 1;
            return index >= 0 && rows.Values[index] is var rewrite && offset < rewrite.First + rewrite.Count ? rewrite : null;
        }
    }

    /// <summary>The first rewritten row that begins after an offset.</summary>
    public Rewrite? After(int partition, long offset)
    {
        lock (_gate)
        {
            var rows = _rows[partition];
            var index = FirstAfter(rows, offset);
            return index < rows.Count ? rows.Values[index] : null;
        }
    }

    private static int FirstAfter(SortedList<long, Rewrite> rows, long offset)
    {
        int low = 0, high = rows.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (rows.Keys[middle] <= offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
