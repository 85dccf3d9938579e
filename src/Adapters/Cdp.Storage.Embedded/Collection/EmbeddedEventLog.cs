using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cdp.Collection;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>
/// The event log in one SQLite file. Appends that wait while a commit is under way share the next one (natural group
/// commit), so a busy log makes few, large commits and an idle one answers at once.
/// </summary>
public sealed class EmbeddedEventLog : IEventLog, IAsyncDisposable
{
    private const int CommitBytes = 8 * 1024 * 1024;
    private const long MaxQueuedBytes = 64L * 1024 * 1024;
    private const int ErasuresAtOnce = 32;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    private readonly Channel<LogWork> _queue = Channel.CreateUnbounded<LogWork>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly EventLogFile _file;
    private readonly EventLogWriter _writer;
    private readonly Task _writing;
    private long _queuedBytes;

    /// <summary>Opens or creates the log.</summary>
    /// <param name="directory">Directory of its file.</param>
    /// <param name="options">Partitions and deduplication window.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Told when the log cannot be written.</param>
    public EmbeddedEventLog(string directory, CollectionOptions options, TimeProvider time, ILogger<EmbeddedEventLog> logger)
    {
        Partitions = options.Partitions;
        _file = new EventLogFile(directory, options.Partitions, logger);
        _writer = new EventLogWriter(_file, options.DeduplicationWindow, time, logger);
        _writing = Task.Run(WriteAsync);
    }

    /// <inheritdoc />
    public int Partitions { get; }

    /// <inheritdoc />
    public async ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken)
    {
        if (block.Entries.Count == 0)
            return null;
        if (Interlocked.Add(ref _queuedBytes, block.Length) > MaxQueuedBytes)
        {
            Interlocked.Add(ref _queuedBytes, -block.Length);
            throw new LogUnavailableException("Too many events wait to be written.", ComeAgain, isOverload: true);
        }
        var append = new LogWork { Block = block };
        Enqueue(append);
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
                if (next[partition] >= _writer.Head(partition))
                    continue;
                idle = false;
                foreach (var batch in _file.Read(partition, next[partition], EventLogFile.RowBytes))
                {
                    next[partition] = batch.FirstOffset + batch.Count;
                    batch.Head = Math.Max(next[partition], _writer.Head(partition));
                    yield return batch;
                }
            }
            if (idle)
                await appended.WaitAsync(ending.Token);
        }
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
            Enqueue(erase);
            await erase.Done.Task;
            erased += erase.Erased;
        }
        await _file.PurgeAsync(cancellationToken);
        return erased;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _queue.Writer.TryComplete();
        await _writing;
        await _file.DisposeAsync();
        _closing.Dispose();
    }

    private void Enqueue(LogWork work)
    {
        if (_queue.Writer.TryWrite(work))
            return;
        Interlocked.Add(ref _queuedBytes, -(work.Block?.Length ?? 0));
        throw new LogUnavailableException("The event log is closing.", ComeAgain);
    }

    private async Task WriteAsync()
    {
        var batch = new List<LogWork>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            var bytes = 0;
            LogWork? erasure = null;
            while (bytes < CommitBytes && erasure is null && _queue.Reader.TryRead(out var work))
            {
                if (work.Block is null)
                    erasure = work;
                else
                {
                    batch.Add(work);
                    bytes += work.Block.Length;
                }
            }
            if (batch.Count > 0)
                _writer.Commit(batch);
            Interlocked.Add(ref _queuedBytes, -bytes);
            batch.Clear();
            if (erasure is not null)
                _writer.Erase(erasure);
        }
    }
}
