using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>
/// The log's file: a row holds consecutive events of one partition, packed. Its key is the partition in the upper 16 bits
/// and the first offset below. Keys stand before the records, so that reading keys leaves the records on disk.
/// </summary>
internal sealed class EventLogFile : IAsyncDisposable
{
    private const int OffsetBits = 47;
    private readonly SqliteDatabase _database;
    private readonly SqliteConnection _writer;
    private readonly sqlite3_stmt _insert;

    public EventLogFile(string directory, int partitions)
    {
        _database = new SqliteDatabase(directory, "log.db",
        [
            """
            CREATE TABLE log (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, received_at INTEGER NOT NULL, keys BLOB NOT NULL, records BLOB NOT NULL);
            CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
            """,
        ]);
        _writer = _database.OpenReader();
        Heads = new long[partitions];
        RequirePartitions(partitions);
        using (var command = _writer.CreateCommand())
        {
            command.CommandText = "SELECT id, count FROM log WHERE id BETWEEN $low AND $high ORDER BY id DESC LIMIT 1";
            var low = command.Parameters.Add("$low", SqliteType.Integer);
            var high = command.Parameters.Add("$high", SqliteType.Integer);
            for (var partition = 0; partition < partitions; partition++)
            {
                (low.Value, high.Value) = (Key(partition, 0), Key(partition + 1, 0) - 1);
                using var row = command.ExecuteReader();
                if (row.Read())
                    Heads[partition] = Offset(row.GetInt64(0)) + row.GetInt32(1);
            }
        }
        Check(raw.sqlite3_prepare_v2(_writer.Handle, "INSERT INTO log (id, count, received_at, keys, records) VALUES (?1, ?2, ?3, ?4, ?5)", out _insert));
    }

    /// <summary>Next offset of each partition; moved on by whoever commits.</summary>
    public long[] Heads { get; }

    /// <summary>Keys of rows received since a time, with the time of their row.</summary>
    public IEnumerable<(long ReceivedAt, byte[] Keys)> KeysSince(long since)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT received_at, keys FROM log WHERE received_at >= $since";
        command.Parameters.AddWithValue("$since", since);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return (rows.GetInt64(0), rows.GetFieldValue<byte[]>(1));
    }

    public void Begin() => Run("BEGIN IMMEDIATE");

    public void Commit() => Run("COMMIT");

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
    }

    /// <summary>Events of one partition from an offset on, up to about <paramref name="maxBytes"/>.</summary>
    public List<EventFeedBatch> Read(int partition, long from, int maxBytes)
    {
        using var reader = _database.OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = """
            SELECT id, count, records FROM log
            WHERE id >= (SELECT coalesce(max(id), $low) FROM log WHERE id BETWEEN $low AND $from) AND id < $high ORDER BY id
            """;
        command.Parameters.AddWithValue("$low", Key(partition, 0));
        command.Parameters.AddWithValue("$from", Key(partition, from));
        command.Parameters.AddWithValue("$high", Key(partition + 1, 0));
        var batches = new List<EventFeedBatch>();
        using var rows = command.ExecuteReader();
        for (var bytes = 0; bytes < maxBytes && rows.Read();)
        {
            var first = Offset(rows.GetInt64(0));
            var count = rows.GetInt32(1);
            var records = rows.GetFieldValue<byte[]>(2);
            bytes += records.Length;
            var skip = (int)Math.Max(0, from - first);
            if (skip >= count)
                continue;
            batches.Add(new EventFeedBatch
            {
                Partition = partition,
                FirstOffset = first + skip,
                Count = count - skip,
                Events = skip == 0 ? UnsafeByteOperations.UnsafeWrap(records) : ByteString.CopyFrom([.. PackedRow.Envelope, .. PackedRow.From(records, skip)]),
            });
        }
        return batches;
    }

    /// <summary>Replaces events of one partition; returns how many were not erased before.</summary>
    public int Erase(int partition, IEnumerable<long> offsets)
    {
        var wanted = offsets.ToHashSet();
        var erased = 0;
        while (wanted.Count > 0)
        {
            var batch = Read(partition, wanted.Min(), 1).FirstOrDefault();
            if (batch is null)
                break;
            // The row begins before the offset asked for: rewrite all of it.
            var first = RowStart(partition, batch.FirstOffset);
            var row = Read(partition, first, 1)[0];
            var events = EventBatch.Parser.ParseFrom(row.Events);
            for (var i = 0; i < events.Events.Count; i++)
            {
                if (!wanted.Remove(first + i) || events.Events[i].Type == EventType.Erased)
                    continue;
                events.Events[i] = new Event { Type = EventType.Erased };
                erased++;
            }
            wanted.RemoveWhere(o => o < first + row.Count);
            using var command = _writer.CreateCommand();
            command.CommandText = "UPDATE log SET records = $records WHERE id = $id";
            command.Parameters.AddWithValue("$records", events.ToByteArray());
            command.Parameters.AddWithValue("$id", Key(partition, first));
            command.ExecuteNonQuery();
        }
        return erased;
    }

    public Task CheckpointAsync(CancellationToken cancellationToken) => _database.CheckpointAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _insert.Dispose();
        await _writer.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static long Key(int partition, long offset) => ((long)partition << OffsetBits) + offset;

    private static long Offset(long key) => key & ((1L << OffsetBits) - 1);

    private long RowStart(int partition, long offset)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT max(id) FROM log WHERE id BETWEEN $low AND $at";
        command.Parameters.AddWithValue("$low", Key(partition, 0));
        command.Parameters.AddWithValue("$at", Key(partition, offset));
        return Offset((long)command.ExecuteScalar()!);
    }

    private void RequirePartitions(int partitions)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "INSERT INTO settings VALUES ('partitions', $n) ON CONFLICT DO NOTHING; SELECT value FROM settings WHERE name = 'partitions'";
        command.Parameters.AddWithValue("$n", partitions);
        var existing = (long)command.ExecuteScalar()!;
        if (existing != partitions)
            throw new InvalidOperationException($"The event log has {existing} partitions; Cdp:Collection:Partitions says {partitions}. The number is fixed when the log is made.");
    }

    private void Run(string sql) => Check(raw.sqlite3_exec(_writer.Handle, sql));

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            throw new SqliteException($"{raw.sqlite3_errmsg(_writer.Handle).utf8_to_string()} (SQLite {result})", result);
    }
}
