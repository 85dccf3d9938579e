using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// The newest rows, in memory: readers who keep up cost the brokers nothing. Written by the writer's thread, read by any.
/// </summary>
/// <param name="partitions">Partitions of the log.</param>
/// <param name="maxBytes">How much is kept.</param>
internal sealed class RecentRows(int partitions, long maxBytes)
{
    private const int PortionBytes = PackedRow.FullBytes;
    private const int MaxRows = 10_000;
    private readonly Lock _gate = new();
    private readonly List<StoredRow>[] _rows = [.. Enumerable.Range(0, partitions).Select(_ => new List<StoredRow>())];
    // The partition of each row kept, oldest first.
    private readonly Queue<int> _order = new();
    private long _bytes;

    /// <summary>Adds the newest row of a partition.</summary>
    public void Add(int partition, StoredRow row)
    {
        lock (_gate)
        {
            _rows[partition].Add(row);
            _order.Enqueue(partition);
            _bytes += row.Records.Length;
            while (_bytes > maxBytes || _order.Count > MaxRows)
            {
                var rows = _rows[_order.Dequeue()];
                _bytes -= rows[0].Records.Length;
                rows.RemoveAt(0);
            }
        }
    }

    /// <summary>Puts a rewritten row in the place of the former one, where that is kept.</summary>
    public void Replace(int partition, StoredRow row)
    {
        lock (_gate)
        {
            var index = IndexOf(partition, row.First);
            if (index < 0)
                return;
            _bytes += row.Records.Length - _rows[partition][index].Records.Length;
            _rows[partition][index] = row;
        }
    }

    /// <summary>Forgets everything: rows were committed that are not known here.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var rows in _rows)
                rows.Clear();
            _order.Clear();
            _bytes = 0;
        }
    }

    /// <summary>The row that holds an offset, if it is kept.</summary>
    public StoredRow? Find(int partition, long offset)
    {
        lock (_gate)
            return IndexOf(partition, offset) is >= 0 and var index ? _rows[partition][index] : null;
    }

    /// <summary>Events from an offset on, about a row; none where the offset is not kept.</summary>
    public List<EventFeedBatch> Read(int partition, long from)
    {
        var found = new List<StoredRow>();
        lock (_gate)
        {
            var rows = _rows[partition];
            var bytes = 0;
            for (var index = IndexOf(partition, from); index >= 0 && index < rows.Count && bytes < PortionBytes; index++)
            {
                found.Add(rows[index]);
                bytes += rows[index].Records.Length;
            }
        }
        return found.ConvertAll(row => PackedRow.ToBatch(partition, row.First, row.Count, row.Records, from));
    }

    private int IndexOf(int partition, long offset)
    {
        var rows = _rows[partition];
        int low = 0, high = rows.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (offset < rows[middle].First)
                high = middle - 1;
            else if (offset >= rows[middle].End)
                low = middle + 1;
            else
                return middle;
        }
        return -1;
    }
}
