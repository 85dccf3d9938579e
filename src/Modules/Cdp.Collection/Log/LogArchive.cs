using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Google.Protobuf;

namespace Cdp.Collection.Log;

/// <summary>
/// The event log row by row as records. Deduplication keys go with the rows of the deduplication window; older ones are not
/// needed, and storages need not have them. Opens the storage at the first use, instead of an event log.
/// </summary>
/// <param name="open">Opens the storage.</param>
/// <param name="options">Partitions and deduplication window.</param>
/// <param name="since">Start of the window, in milliseconds since 1970.</param>
public sealed class LogArchive(Func<CancellationToken, Task<ILogStorage>> open, CollectionOptions options, long since) : IArchived, IAsyncDisposable
{
    /// <summary>The archive's kind.</summary>
    public const string Kind = "event log";

    private readonly SemaphoreSlim _alone = new(1, 1);
    private readonly Dictionary<(int Partition, long Offset), ReadOnlyMemory<byte>> _keys = [];
    private readonly PackedRow _row = new();
    private ILogStorage? _storage;
    private long[] _heads = [];

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives => [new Archive<LogRowRecord>(CollectionModule.Name, Kind, ReadAsync, WriteAsync)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _alone.Dispose();
    }

    private Task<RecordPage<LogRowRecord>> ReadAsync(string cursor, CancellationToken cancellationToken) => AloneAsync(
        storage =>
        {
            var parts = cursor.Length == 0 ? ["0", "0"] : cursor.Split(' ');
            var (partition, from) = (int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
            while (partition < options.Partitions)
            {
                var rows = storage.ReadRows(partition, from);
                if (rows.Count > 0)
                    return new RecordPage<LogRowRecord>([.. rows.Select(row => ToRecord(partition, row))], Cursor(partition, rows[^1].FirstOffset + rows[^1].Count));
                (partition, from) = (partition + 1, 0);
            }
            return new RecordPage<LogRowRecord>([], null);
        },
        cancellationToken);

    private Task WriteAsync(IReadOnlyList<LogRowRecord> records, CancellationToken cancellationToken) => AloneAsync(
        storage =>
        {
            storage.Recover();
            storage.Begin();
            foreach (var record in records.Where(record => record.FirstOffset >= _heads[record.Partition]))
            {
                _row.Fill(record.Count, record.Records.Span, record.Keys.Span);
                storage.Insert(record.Partition, record.FirstOffset, record.ReceivedAt, _row);
                _heads[record.Partition] = record.FirstOffset + record.Count;
                Remember(new LoggedRow(record.Partition, record.FirstOffset, record.Count, record.ReceivedAt, record.Keys.ToByteArray()));
            }
            storage.Commit();
            return true;
        },
        cancellationToken);

    private static string Cursor(int partition, long from) => string.Create(CultureInfo.InvariantCulture, $"{partition} {from}");

    private LogRowRecord ToRecord(int partition, StoredLogRow row) => new()
    {
        Partition = partition,
        FirstOffset = row.FirstOffset,
        Count = row.Count,
        ReceivedAt = row.ReceivedAt,
        Keys = _keys.TryGetValue((partition, row.FirstOffset), out var keys) ? UnsafeByteOperations.UnsafeWrap(keys) : ByteString.Empty,
        Records = UnsafeByteOperations.UnsafeWrap(row.Records),
    };

    private void Remember(LoggedRow row)
    {
        if (row.ReceivedAt >= since && row.Keys.Length > 0)
            _keys[(row.Partition, row.FirstOffset)] = row.Keys;
    }

    // Storages block, and take one call at a time.
    private async Task<T> AloneAsync<T>(Func<ILogStorage, T> work, CancellationToken cancellationToken)
    {
        await _alone.WaitAsync(cancellationToken);
        try
        {
            if (_storage is null)
            {
                var storage = await open(cancellationToken);
                _heads = await Task.Run(() => storage.Load(since, Remember), cancellationToken);
                _storage = storage;
            }
            return await Task.Run(() => work(_storage), cancellationToken);
        }
        finally
        {
            _alone.Release();
        }
    }
}
