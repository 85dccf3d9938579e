namespace Cdp.Collection.Log;

/// <summary>
/// Where a <see cref="GroupCommitLog"/> keeps its rows. One transaction at a time, all calls by one thread, which they may
/// block; cursors are for any thread.
/// </summary>
public interface ILogStorage : IAsyncDisposable
{
    /// <summary>Whether a commit failed and nobody knows yet if its rows are in the log: <see cref="Recover"/> finds out.</summary>
    bool IsInDoubt { get; }

    /// <summary>Opens the storage for the writer, once at the start; returns the next offset of each partition.</summary>
    /// <param name="since">Time, in milliseconds since 1970.</param>
    /// <param name="remember">Is given the rows received since then.</param>
    long[] Load(long since, Action<LoggedRow> remember);

    /// <summary>
    /// Rows of a partition from an offset on, at which one begins, a few MB at most; none at the end. For moving the log.
    /// </summary>
    IReadOnlyList<StoredLogRow> ReadRows(int partition, long from);

    /// <summary>Makes sure that a transaction can begin. Tells the rows that are in the log although their commit failed.</summary>
    IReadOnlyList<LoggedRow> Recover();

    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Adds a row to the transaction.</summary>
    void Insert(int partition, long firstOffset, long receivedAt, PackedRow row);

    /// <summary>Replaces events of one partition by empty ones; returns how many were not erased before.</summary>
    int Erase(int partition, IReadOnlyCollection<long> offsets);

    /// <summary>Makes the transaction durable.</summary>
    void Commit();

    /// <summary>Throws the transaction away after a failure.</summary>
    void Rollback();

    /// <summary>Takes the bytes of erased events off the disk, where that can be done at once.</summary>
    Task PurgeAsync(CancellationToken cancellationToken);

    /// <summary>Opens a cursor for one reader of the feed.</summary>
    ILogCursor OpenCursor();
}

/// <summary>A row in the log, without its records.</summary>
/// <param name="Partition">Partition of its events.</param>
/// <param name="FirstOffset">Offset of its first event.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="ReceivedAt">When it was received, in milliseconds since 1970.</param>
/// <param name="Keys">Deduplication keys of its events, 16 bytes each.</param>
public readonly record struct LoggedRow(int Partition, long FirstOffset, int Count, long ReceivedAt, ReadOnlyMemory<byte> Keys);
