using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cdp.Collection;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>
/// The event log in one SQLite file. Appends that wait while a commit is under way share the next one (natural group
/// commit), so a busy log makes few, large commits and an idle one answers at once.
/// </summary>
public sealed class EmbeddedEventLog : IEventLog, IAsyncDisposable
{
    private const int RowBytes = 1024 * 1024;
    private const int CommitBytes = 8 * 1024 * 1024;
    private const long MaxQueuedBytes = 64L * 1024 * 1024;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(2);

    private readonly Channel<Work> _queue = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private readonly EventLogFile _file;
    private readonly DeduplicationIndex _seen;
    private readonly TimeProvider _time;
    private readonly PackedRow[] _rows;
    private readonly long[] _heads;
    private readonly long[] _durable;
    private readonly List<UInt128> _added = [];
    private readonly Task _writing;
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _queuedBytes;

    /// <summary>Opens or creates the log.</summary>
    /// <param name="directory">Directory of its file.</param>
    /// <param name="options">Partitions and deduplication window.</param>
    /// <param name="time">Clock.</param>
    public EmbeddedEventLog(string directory, CollectionOptions options, TimeProvider time)
    {
        _time = time;
        _file = new EventLogFile(directory, options.Partitions);
        _rows = [.. Enumerable.Range(0, options.Partitions).Select(_ => new PackedRow())];
        _heads = [.. _file.Heads];
        _durable = _file.Heads;
        _seen = new DeduplicationIndex(options.DeduplicationWindow);
        foreach (var (receivedAt, keys) in _file.KeysSince((time.GetUtcNow() - options.DeduplicationWindow).ToUnixTimeMilliseconds()))
        {
            for (var at = 0; at < keys.Length; at += 16)
                _seen.TryAdd(BinaryPrimitives.ReadUInt128BigEndian(keys.AsSpan(at)), Hour(receivedAt));
        }
        _writing = Task.Run(WriteAsync);
    }

    /// <inheritdoc />
    public int Partitions => _rows.Length;

    /// <inheritdoc />
    public async ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken)
    {
        if (block.Entries.Count == 0)
            return null;
        if (Interlocked.Add(ref _queuedBytes, block.Length) > MaxQueuedBytes)
        {
            Interlocked.Add(ref _queuedBytes, -block.Length);
            throw new LogUnavailableException("Too many events wait to be written.", ComeAgain);
        }
        var append = new Work(block, null);
        if (!_queue.Writer.TryWrite(append))
            throw new LogUnavailableException("The event log is closing.", ComeAgain);
        // Once queued, an append is carried out whatever becomes of its caller; the block must live until then.
        await append.Done.Task;
        return append.Duplicates;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<FeedPosition>>(
            [.. Enumerable.Range(0, Partitions).Select(p => new FeedPosition { Partition = p, Offset = Volatile.Read(ref _durable[p]) })]);

    /// <inheritdoc />
    public async IAsyncEnumerable<EventFeedBatch> ReadAsync(
        IReadOnlyCollection<FeedPosition> from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = new long[Partitions];
        foreach (var position in from)
            next[position.Partition] = position.Offset;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var appended = Volatile.Read(ref _appended);
            var idle = true;
            for (var partition = 0; partition < next.Length; partition++)
            {
                if (next[partition] >= Volatile.Read(ref _durable[partition]))
                    continue;
                idle = false;
                foreach (var batch in _file.Read(partition, next[partition], RowBytes))
                {
                    next[partition] = batch.FirstOffset + batch.Count;
                    batch.Head = Volatile.Read(ref _durable[partition]);
                    yield return batch;
                }
            }
            if (idle)
                await appended.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken)
    {
        var erase = new Work(null, positions);
        if (!_queue.Writer.TryWrite(erase))
            throw new LogUnavailableException("The event log is closing.", ComeAgain);
        await erase.Done.Task;
        await _file.CheckpointAsync(cancellationToken);
        return erase.Erased;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
    }

    private static int Hour(long unixMilliseconds) => (int)(unixMilliseconds / 3_600_000);

    private async Task WriteAsync()
    {
        var batch = new List<Work>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            var bytes = 0;
            while (bytes < CommitBytes && _queue.Reader.TryRead(out var work))
            {
                batch.Add(work);
                bytes += work.Block?.Length ?? 0;
            }
            Commit(batch);
            Interlocked.Add(ref _queuedBytes, -bytes);
            batch.Clear();
        }
    }

    // Either everything in the batch becomes durable, or nothing does and every caller is told to come again.
    private void Commit(List<Work> batch)
    {
        var started = Stopwatch.GetTimestamp();
        var receivedAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _added.Clear();
        _file.Heads.CopyTo(_heads, 0);
        var duplicates = 0;
        try
        {
            _file.Begin();
            foreach (var work in batch)
            {
                if (work.Erasures is { } positions)
                    work.Erased = positions.GroupBy(p => p.Partition).Sum(g => _file.Erase(g.Key, g.Select(p => p.Offset)));
                else
                    duplicates += Pack(work, receivedAt);
            }
            for (var partition = 0; partition < _rows.Length; partition++)
                Flush(partition, receivedAt);
            _file.Commit();
        }
        catch (Exception exception)
        {
            Abandon(batch, exception);
            return;
        }
        for (var partition = 0; partition < _heads.Length; partition++)
            Volatile.Write(ref _durable[partition], _heads[partition]);
        Interlocked.Exchange(ref _appended, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        foreach (var work in batch)
            work.Done.SetResult();
        EventLogMetrics.Appended.Add(_added.Count);
        EventLogMetrics.Duplicates.Add(duplicates);
        EventLogMetrics.CommitSize.Record(_added.Count);
        EventLogMetrics.CommitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private int Pack(Work work, long receivedAt)
    {
        var block = work.Block!;
        var bytes = block.Bytes.Span;
        var hour = Hour(receivedAt);
        var duplicates = 0;
        for (var i = 0; i < block.Entries.Count; i++)
        {
            var entry = block.Entries[i];
            if (!_seen.TryAdd(entry.DedupeKey, hour))
            {
                (work.Duplicates ??= new bool[block.Entries.Count])[i] = true;
                duplicates++;
                continue;
            }
            _added.Add(entry.DedupeKey);
            var partition = (int)(entry.PersonHash % (uint)_rows.Length);
            if (_rows[partition].Records.Length > RowBytes)
                Flush(partition, receivedAt);
            _rows[partition].Add(bytes.Slice(entry.Start, entry.Length), entry.DedupeKey);
        }
        return duplicates;
    }

    private void Flush(int partition, long receivedAt)
    {
        var row = _rows[partition];
        if (row.Count == 0)
            return;
        _file.Insert(partition, _heads[partition], receivedAt, row);
        _heads[partition] += row.Count;
        row.Clear();
    }

    private void Abandon(List<Work> batch, Exception exception)
    {
        foreach (var row in _rows)
            row.Clear();
        foreach (var key in _added)
            _seen.Remove(key);
        Exception failure = exception is SqliteException
            ? new LogUnavailableException($"The event log cannot be written: {exception.Message}", ComeAgain, exception)
            : exception;
        try
        {
            _file.Rollback();
        }
        catch (SqliteException rollback)
        {
            failure = new LogUnavailableException($"The event log cannot be written: {rollback.Message}", ComeAgain, exception);
        }
        foreach (var work in batch)
            work.Done.SetException(failure);
    }

    private sealed class Work(EventBlock? block, IReadOnlyCollection<FeedPosition>? erasures)
    {
        public EventBlock? Block { get; } = block;

        public IReadOnlyCollection<FeedPosition>? Erasures { get; } = erasures;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool[]? Duplicates { get; set; }

        public int Erased { get; set; }
    }
}
