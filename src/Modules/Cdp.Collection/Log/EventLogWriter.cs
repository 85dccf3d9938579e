using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Cdp.Collection.Log;

/// <summary>Commits batches of appends: deduplicates, packs rows, writes one transaction. Used by one thread.</summary>
internal sealed partial class EventLogWriter
{
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(2);
    private readonly ILogStorage _storage;
    private readonly TimeSpan _window;
    private readonly DeduplicationIndex _seen;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PackedRow[] _rows;
    private readonly long[] _heads;
    private readonly long[] _durable;
    private readonly List<UInt128> _added = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _failing;

    public EventLogWriter(ILogStorage storage, CollectionOptions options, TimeProvider time, ILogger logger)
    {
        (_storage, _window, _time, _logger) = (storage, options.DeduplicationWindow, time, logger);
        _durable = new long[options.Partitions];
        _heads = new long[options.Partitions];
        _rows = [.. _durable.Select(_ => new PackedRow())];
        _seen = new DeduplicationIndex(_window);
    }

    /// <summary>Completes at the next commit. Take it before looking at heads, or a commit in between is missed.</summary>
    public Task Appended => Volatile.Read(ref _appended).Task;

    /// <summary>Next offset of a partition: everything before it is durable. For any thread.</summary>
    public long Head(int partition) => Volatile.Read(ref _durable[partition]);

    /// <summary>Reads heads and the keys of the window.</summary>
    public void Load() => _storage.Load((_time.GetUtcNow() - _window).ToUnixTimeMilliseconds(), Remember).CopyTo(_durable, 0);

    /// <summary>Either everything in the batch becomes durable, or nothing does and every caller is told to come again.</summary>
    public void Commit(List<LogWork> batch)
    {
        var started = Stopwatch.GetTimestamp();
        var receivedAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            Recover();
            _durable.CopyTo(_heads, 0);
            _storage.Begin();
            foreach (var work in batch)
                Pack(work, receivedAt);
            for (var partition = 0; partition < _rows.Length; partition++)
                Flush(partition, receivedAt);
            _storage.Commit();
        }
        catch (Exception exception)
        {
            Abandon(batch, exception);
            return;
        }
        _failing = false;
        for (var partition = 0; partition < _heads.Length; partition++)
            Volatile.Write(ref _durable[partition], _heads[partition]);
        Announce();
        foreach (var work in batch)
            work.Done.SetResult();
        EventLogMetrics.CommitSize.Record(_added.Count);
        EventLogMetrics.CommitDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        _added.Clear();
    }

    /// <summary>
    /// Erases, in a transaction of its own, so that a row that cannot be rewritten costs no append. Work without positions
    /// only recovers.
    /// </summary>
    public void Carry(LogWork work)
    {
        try
        {
            Recover();
            if (work.Erasures.Count > 0)
            {
                _storage.Begin();
                work.Erased = work.Erasures.GroupBy(p => p.Partition).Sum(g => _storage.Erase(g.Key, [.. g.Select(p => p.Offset)]));
                _storage.Commit();
            }
        }
        catch (Exception exception)
        {
            Abandon([work], exception);
            return;
        }
        _failing = false;
        work.Done.SetResult();
    }

    private static int Hour(long unixMilliseconds) => (int)(unixMilliseconds / 3_600_000);

    private void Recover()
    {
        var found = _storage.Recover();
        foreach (var row in found)
        {
            Remember(row);
            Volatile.Write(ref _durable[row.Partition], row.FirstOffset + row.Count);
        }
        if (found.Count == 0)
            return;
        LogRecovered(found.Sum(row => row.Count));
        Announce();
    }

    private void Remember(LoggedRow row)
    {
        var keys = row.Keys.Span;
        for (var at = 0; at < keys.Length; at += 16)
            _seen.TryAdd(BinaryPrimitives.ReadUInt128BigEndian(keys[at..]), Hour(row.ReceivedAt));
    }

    private void Announce() =>
        Interlocked.Exchange(ref _appended, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private void Pack(LogWork work, long receivedAt)
    {
        var block = work.Block!;
        var bytes = block.Bytes.Span;
        var hour = Hour(receivedAt);
        for (var i = 0; i < block.Entries.Count; i++)
        {
            var entry = block.Entries[i];
            if (!_seen.TryAdd(entry.DedupeKey, hour))
            {
                (work.Duplicates ??= new bool[block.Entries.Count])[i] = true;
                continue;
            }
            _added.Add(entry.DedupeKey);
            var partition = (int)(entry.PersonHash % (uint)_rows.Length);
            if (_rows[partition].Records.Length > PackedRow.FullBytes)
                Flush(partition, receivedAt);
            _rows[partition].Add(bytes.Slice(entry.Start, entry.Length), entry.DedupeKey);
        }
    }

    private void Flush(int partition, long receivedAt)
    {
        var row = _rows[partition];
        if (row.Count == 0)
            return;
        _storage.Insert(partition, _heads[partition], receivedAt, row);
        _heads[partition] += row.Count;
        row.Clear();
    }

    // Whatever went wrong, the callers hear that nothing was taken, and the next commit starts afresh.
    private void Abandon(List<LogWork> batch, Exception exception)
    {
        foreach (var row in _rows)
            row.Clear();
        foreach (var key in _added)
            _seen.Remove(key);
        _added.Clear();
        try
        {
            _storage.Rollback();
        }
        catch (Exception rollback)
        {
            LogRollbackFailed(rollback);
        }
        // Once, not for every request while the disk is full.
        if (!_failing)
            LogFailed(exception);
        _failing = true;
        foreach (var work in batch)
        {
            work.Duplicates = null;
            work.Done.SetException(exception as LogUnavailableException
                ?? new LogUnavailableException($"The event log cannot be written: {exception.Message}", ComeAgain, inner: exception));
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Error, Message = "The event log cannot be written; senders are told to come again.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 121, Level = LogLevel.Error, Message = "A transaction of the event log could not be rolled back.")]
    private partial void LogRollbackFailed(Exception exception);

    [LoggerMessage(EventId = 122, Level = LogLevel.Warning, Message = "{Count} events are in the log although their commit failed; senders who send them again hear that they are duplicates.")]
    private partial void LogRecovered(int count);
}
