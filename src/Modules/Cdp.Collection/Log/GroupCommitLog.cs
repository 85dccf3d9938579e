using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Microsoft.Extensions.Logging;

namespace Cdp.Collection.Log;

/// <summary>
/// An event log over a storage of rows. Appends that wait while a commit is under way share the next one (natural group
/// commit), so a busy log makes few, large commits and an idle one answers at once. The writer has a thread of its own,
/// because storages block.
/// </summary>
public abstract class GroupCommitLog : IEventLog, IAsyncDisposable
{
    private const int CommitBytes = 8 * 1024 * 1024;
    private const long MaxQueuedBytes = 64L * 1024 * 1024;
    private const int ErasuresAtOnce = 32;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<LogWork> _queue = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ILogStorage _storage;
    private readonly EventLogWriter _writer;
    private readonly ITimer _recovery;
    private Task? _writing;
    private long _queuedBytes;
    private bool _disposed;

    /// <summary>Makes the log; <see cref="Start"/> starts it.</summary>
    /// <param name="storage">Where rows are kept; disposed with the log.</param>
    /// <param name="options">Partitions and deduplication window.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Told when the log cannot be written.</param>
    protected GroupCommitLog(ILogStorage storage, CollectionOptions options, TimeProvider time, ILogger logger)
    {
        Partitions = options.Partitions;
        _storage = storage;
        _writer = new EventLogWriter(storage, options, time, logger);
        _recovery = time.CreateTimer(_ => TryEnqueue(new LogWork()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc />
    public int Partitions { get; }

    /// <inheritdoc />
    public async ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken)
    {
        if (block.Entries.Count == 0)
            return null;
        var bytes = block.Length;
        if (Interlocked.Add(ref _queuedBytes, bytes) > MaxQueuedBytes)
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
            throw new LogUnavailableException("Too many events wait to be written.", ComeAgain, isOverload: true);
        }
        EventLogMetrics.QueueSize.Add(bytes);
        var append = new LogWork { Block = block };
        if (!TryEnqueue(append))
        {
            Dequeued(bytes);
            throw Closed();
        }
        // Once queued, an append is carried out whatever becomes of its caller; the block must live until then.
        await append.Done.Task;
        return append.Duplicates;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<FeedPosition>>(
            [.. Enumerable.Range(0, Partitions).Select(p => new FeedPosition { Partition = p, Offset = _writer.Head(p) })]);

    /// <inheritdoc />
    public async IAsyncEnumerable<EventFeedBatch> ReadAsync(
        IReadOnlyCollection<FeedPosition> from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await using var cursor = _storage.OpenCursor();
        var next = new long[Partitions];
        foreach (var position in from)
            next[position.Partition] = position.Offset;
        while (true)
        {
            ending.Token.ThrowIfCancellationRequested();
            var appended = _writer.Appended;
            var idle = true;
            for (var partition = 0; partition < next.Length; partition++)
            {
                var head = _writer.Head(partition);
                if (next[partition] >= head)
                    continue;
                idle = false;
                foreach (var batch in await cursor.ReadAsync(partition, next[partition], head, ending.Token))
                {
                    next[partition] = batch.FirstOffset + batch.Count;
                    batch.Head = Math.Max(next[partition], _writer.Head(partition));
                    if (batch.Count > 0)
                        yield return batch;
                }
            }
            if (idle)
                await appended.WaitAsync(ending.Token);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<Event?>> FindAsync(IReadOnlyList<FeedPosition> positions, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await using var cursor = _storage.OpenCursor();
        var found = new Dictionary<FeedPosition, Event>();
        foreach (var partition in positions.Distinct().Where(p => p.Offset < _writer.Head(p.Partition)).GroupBy(p => p.Partition))
            await new EventLookup(cursor, partition.Key, found).FindAsync([.. partition.Select(p => p.Offset).Order()], ending.Token);
        return [.. positions.Select(found.GetValueOrDefault)];
    }

    /// <inheritdoc />
    public async Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken)
    {
        var erased = 0;
        // In small steps: rows are large, and appends wait while they are rewritten.
        foreach (var some in positions.OrderBy(p => p.Partition).ThenBy(p => p.Offset).Chunk(ErasuresAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var erase = new LogWork { Erasures = some };
            if (!TryEnqueue(erase))
                throw Closed();
            await erase.Done.Task;
            erased += erase.Erased;
        }
        await _storage.PurgeAsync(cancellationToken);
        return erased;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // A container that knows the log under two names disposes of it twice.
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _closing.CancelAsync();
        await _recovery.DisposeAsync();
        _queue.CompleteAdding();
        if (_writing is not null)
            await _writing;
        await _storage.DisposeAsync();
        _queue.Dispose();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what the storage holds and starts the writer. Blocks; call it once, before anything else.</summary>
    protected void Start()
    {
        _writer.Load();
        _writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static LogUnavailableException Closed() => new("The event log is not open.", ComeAgain);

    private bool TryEnqueue(LogWork work)
    {
        try
        {
            return _writing is not null && _queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            // Closed meanwhile, or by now disposed.
            return false;
        }
    }

    private void Dequeued(int bytes)
    {
        Interlocked.Add(ref _queuedBytes, -bytes);
        EventLogMetrics.QueueSize.Add(-bytes);
    }

    private void Write()
    {
        var batch = new List<LogWork>();
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            var bytes = 0;
            var work = first;
            while (work?.Block is { } block)
            {
                batch.Add(work);
                bytes += block.Length;
                work = bytes < CommitBytes && _queue.TryTake(out var more) ? more : null;
            }
            if (batch.Count > 0)
                _writer.Commit(batch);
            Dequeued(bytes);
            batch.Clear();
            if (work is not null)
                _writer.Carry(work);
            // What went in unnoticed has to come to the readers even where nobody appends again.
            if (_storage.IsInDoubt)
                _recovery.Change(ComeAgain, Timeout.InfiniteTimeSpan);
        }
    }
}
