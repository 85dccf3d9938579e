using System.Diagnostics;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>
/// The log's file: a row holds consecutive events of one partition, packed. Its key is the partition in the upper 16 bits
/// and the first offset below. Keys stand before the records, so that reading keys leaves the records on disk.
/// </summary>
internal sealed class EventLogFile : ILogStorage
{
    private const int OffsetBits = 47;
    private const int PageBytes = 16 * 1024;
    private static readonly long ClockStep = (long)TimeSpan.FromHours(1).TotalMilliseconds;
    private readonly SqliteDatabase _database;
    private readonly SqliteConnection _writer;
    private readonly sqlite3_stmt _insert;
    private readonly LogCheckpoint _checkpoint;
    private readonly int _partitions;
    private long _inserted;
    private long _began;

    public EventLogFile(string directory, int partitions, ILogger logger)
    {
        _partitions = partitions;
        _database = new SqliteDatabase(directory, "log.db",
        [
            """
            CREATE TABLE log (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, received_at INTEGER NOT NULL, keys BLOB NOT NULL, records BLOB NOT NULL);
            CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
            """,
        ],
        PageBytes);
        _writer = _database.OpenWriter();
        _writer.Run("PRAGMA wal_autocheckpoint = 0");
        _checkpoint = new LogCheckpoint(_database, _writer, PageBytes, logger);
        RequirePartitions();
        Check(raw.sqlite3_prepare_v2(_writer.Handle, "INSERT INTO log (id, count, received_at, keys, records) VALUES (?1, ?2, ?3, ?4, ?5)", out _insert));
    }

    // SQLite knows at once what became of a transaction.
    public bool IsInDoubt => false;

    public long[] Load(long since, Action<LoggedRow> remember)
    {
        foreach (var row in RowsSince(since))
            remember(row);
        return ReadHeads();
    }

    public IReadOnlyList<LoggedRow> Recover() => [];

    public void Begin()
    {
        _inserted = 0;
        _began = Stopwatch.GetTimestamp();
        Run("BEGIN IMMEDIATE");
    }

    public void Commit()
    {
        Run("COMMIT");
        SqliteMetrics.Record("log.db", "commit", _began);
        _checkpoint.Committed(_inserted);
    }

    public void Rollback()
    {
        // A full disk may have rolled the transaction back already.
        if (raw.sqlite3_get_autocommit(_writer.Handle) == 0)
            Run("ROLLBACK");
    }

    public void Insert(int partition, long firstOffset, long receivedAt, PackedRow row)
    {
        raw.sqlite3_bind_int64(_insert, 1, Key(partition, firstOffset));
        raw.sqlite3_bind_int(_insert, 2, row.Count);
        raw.sqlite3_bind_int64(_insert, 3, receivedAt);
        raw.sqlite3_bind_blob(_insert, 4, row.Keys);
        raw.sqlite3_bind_blob(_insert, 5, row.Records);
        var result = raw.sqlite3_step(_insert);
        raw.sqlite3_reset(_insert);
        raw.sqlite3_clear_bindings(_insert);
        Check(result);
        // What does not fill a page takes one all the same, and so does the tree's leaf.
        _inserted += row.Keys.Length + row.Records.Length + (2 * PageBytes);
    }

    /// <summary>Events of one partition from an offset on, about a row, and none that begins at the head or after.</summary>
    public IReadOnlyList<EventFeedBatch> Read(int partition, long from, long head)
    {
        using var reader = _database.OpenReader();
        using var command = reader.Prepare(
            """
            SELECT id, count, records FROM log
            WHERE id >= (SELECT coalesce(max(id), $1) FROM log WHERE id BETWEEN $1 AND $2) AND id < $3 ORDER BY id
            """,
            Key(partition, 0), Key(partition, from), Key(partition, head));
        var batches = new List<EventFeedBatch>();
        using var rows = command.ExecuteReader();
        for (var bytes = 0; bytes < PackedRow.FullBytes && rows.Read();)
        {
            var first = Offset(rows.GetInt64(0));
            var count = rows.GetInt32(1);
            var records = rows.Bytes(2);
            bytes += records.Length;
            if (from < first + count)
                batches.Add(PackedRow.ToBatch(partition, first, count, records, from));
        }
        return batches;
    }

    public IReadOnlyList<StoredLogRow> ReadRows(int partition, long from)
    {
        using var reader = _database.OpenReader();
        using var command = reader.Prepare(
            "SELECT id, count, received_at, records FROM log WHERE id >= $1 AND id < $2 ORDER BY id", Key(partition, from), Key(partition + 1, 0));
        var found = new List<StoredLogRow>();
        using var rows = command.ExecuteReader();
        for (var bytes = 0; bytes < 4 * PackedRow.FullBytes && rows.Read();)
        {
            found.Add(new StoredLogRow(Offset(rows.GetInt64(0)), rows.GetInt32(1), rows.GetInt64(2), rows.Bytes(3)));
            bytes += found[^1].Records.Length;
        }
        return found;
    }

    /// <summary>Reads through the writer, which sees what the same transaction erased.</summary>
    public int Erase(int partition, IReadOnlyCollection<long> offsets)
    {
        var wanted = offsets.ToHashSet();
        var erased = 0;
        while (wanted.Count > 0)
        {
            var at = wanted.Min();
            var row = _writer.Query(
                r => (Id: r.GetInt64(0), Count: r.GetInt32(1), Records: r.Bytes(2)),
                "SELECT id, count, records FROM log WHERE id BETWEEN $1 AND $2 ORDER BY id DESC LIMIT 1", Key(partition, 0), Key(partition, at)).FirstOrDefault();
            var first = Offset(row.Id);
            if (at >= first + row.Count)
                break;
            erased += PackedRow.Erase(first, row.Records, wanted, out var rewritten);
            _writer.Run("UPDATE log SET records = $1 WHERE id = $2", rewritten, row.Id);
        }
        return erased;
    }

    public ILogCursor OpenCursor() => new EventLogCursor(this);

    public Task PurgeAsync(CancellationToken cancellationToken) => _database.PurgeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _checkpoint.DisposeAsync();
        _insert.Dispose();
        await _writer.DisposeAsync();
        await _database.DisposeAsync();
    }

    private long[] ReadHeads()
    {
        var heads = new long[_partitions];
        for (var partition = 0; partition < _partitions; partition++)
        {
            using var command = _writer.Prepare(
                "SELECT id, count FROM log WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT 1", Key(partition, 0), Key(partition + 1, 0));
            using var row = command.ExecuteReader();
            if (row.Read())
                heads[partition] = Offset(row.GetInt64(0)) + row.GetInt32(1);
        }
        return heads;
    }

    // Reads from the newest row back.
    private IEnumerable<LoggedRow> RowsSince(long since)
    {
        for (var partition = 0; partition < _partitions; partition++)
        {
            using var command = _writer.Prepare(
                "SELECT id, count, received_at, keys FROM log WHERE id >= $1 AND id < $2 ORDER BY id DESC", Key(partition, 0), Key(partition + 1, 0));
            using var rows = command.ExecuteReader();
            while (rows.Read() && rows.GetInt64(2) is var receivedAt)
            {
                if (receivedAt >= since)
                    yield return new LoggedRow(partition, Offset(rows.GetInt64(0)), rows.GetInt32(1), receivedAt, rows.Bytes(3));
                // Rows lie in the order of their times, unless the clock was set back between them.
                else if (receivedAt < since - ClockStep)
                    break;
            }
        }
    }

    private static long Key(int partition, long offset) => ((long)partition << OffsetBits) + offset;

    private static long Offset(long key) => key & ((1L << OffsetBits) - 1);

    private void RequirePartitions()
    {
        _writer.Run("INSERT INTO settings VALUES ('partitions', $1) ON CONFLICT DO NOTHING", _partitions);
        var existing = _writer.Number("SELECT value FROM settings WHERE name = 'partitions'");
        if (existing != _partitions)
            throw new InvalidOperationException($"The event log has {existing} partitions; Cdp:Collection:Partitions says {_partitions}. The number is fixed when the log is made.");
    }

    private void Run(string sql) => Check(raw.sqlite3_exec(_writer.Handle, sql));

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            throw new SqliteException($"{raw.sqlite3_errmsg(_writer.Handle).utf8_to_string()} (SQLite {result})", result);
    }
}
