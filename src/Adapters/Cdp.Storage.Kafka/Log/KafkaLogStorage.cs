using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Rows in topics of Kafka, in transactions. One process owns the log: initialising its transactions shuts out the former
/// owner, and its first commit says so. One that was shut out looks whether another owner is there; where none is, it was
/// only slow, and goes on.
/// </summary>
internal sealed partial class KafkaLogStorage : ILogStorage
{
    private const int TakeOverAttempts = 5;
    // A new owner's first commit follows at once after it shut out the former one.
    private static readonly TimeSpan SuccessorPatience = TimeSpan.FromSeconds(2);
    // Brokers that were started at the same time read their own logs first.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(5);

    private readonly KafkaConnection _connection;
    private readonly Topics _topics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransactionalProducer _producer;
    private readonly CommitTrim _trim;
    private readonly CommitJournal _journal;
    private readonly RewrittenRows _rewritten;
    private readonly RecentRows _recent;
    private readonly RowEraser _eraser;
    private readonly SegmentRoller _roller;
    private readonly CancellationTokenSource _lost = new();
    private readonly List<LoggedRow> _found = [];
    private readonly List<(LoggedRow Row, byte[] Records)> _inserted = [];
    private long[] _heads;
    private long _nextRewrite;
    private RowHistory? _rows;

    public KafkaLogStorage(KafkaConnection connection, Topics topics, int partitions, TimeSpan window, long recentBytes, TimeProvider time, ILogger logger)
    {
        (_connection, _topics, _time, _logger) = (connection, topics, time, logger);
        _heads = new long[partitions];
        _producer = new TransactionalProducer(connection, topics.TransactionalId);
        _trim = new CommitTrim(connection, topics, window, logger);
        _journal = new CommitJournal(connection, _producer, topics, _trim);
        _rewritten = new RewrittenRows(partitions);
        _recent = new RecentRows(partitions, recentBytes);
        _roller = new SegmentRoller(_producer, topics);
        _eraser = new RowEraser(_producer, topics, _rewritten, _recent, OpenHistory);
    }

    /// <summary>Cancelled once another process owns the log.</summary>
    public CancellationToken Lost => _lost.Token;

    public bool IsInDoubt => !_producer.IsReady && !_lost.IsCancellationRequested;

    public long[] Load(long since, Action<LoggedRow> remember)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _producer.Initialise(StartPatience);
                foreach (var commit in _journal.ReadOn(TimeSpan.Zero, settled: true))
                {
                    _heads = commit.Heads;
                    foreach (var row in commit.Rows.Where(r => r.ReceivedAt >= since))
                        remember(row);
                }
                ReadRewrites();
                var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
                var first = _journal.Write(_heads, [], now);
                _producer.Commit();
                _journal.Passed(first.Offset, now);
                return _heads;
            }
            // The former owner found itself shut out, saw nobody, and came back just before our first commit.
            catch (KafkaException exception) when (TransactionalProducer.IsFence(exception) && attempt < TakeOverAttempts)
            {
                LogContended(attempt);
            }
        }
    }

    public IReadOnlyList<StoredLogRow> ReadRows(int partition, long from)
    {
        _rows ??= OpenHistory();
        var found = new List<StoredLogRow>();
        var bytes = 0;
        for (var at = from; at < _heads[partition] && bytes < 4 * PackedRow.FullBytes && _rows.Read(partition, at, CancellationToken.None) is { } row; at = row.End)
        {
            if (row.Count == 0)
                continue;
            found.Add(new StoredLogRow(row.First, row.Count, row.ReceivedAt, row.Records));
            bytes += row.Records.Length;
        }
        return found;
    }

    public IReadOnlyList<LoggedRow> Recover()
    {
        if (_producer.IsReady)
            return [];
        // Before and after: the former look keeps us from shutting out a new owner, the latter tells what went in.
        ReadCommits(_producer.WasFenced ? SuccessorPatience : TimeSpan.Zero, settled: false);
        _producer.Initialise(_connection.Patience);
        ReadCommits(TimeSpan.Zero, settled: true);
        ReadRewrites();
        LoggedRow[] found = [.. _found];
        _found.Clear();
        return found;
    }

    public void Begin() => _inserted.Clear();

    public void Insert(int partition, long firstOffset, long receivedAt, PackedRow row)
    {
        var records = row.Records.ToArray();
        _producer.Produce(new TopicPartition(_topics.Events, partition), new Message<byte[], byte[]>
        {
            Key = StoredRow.Key(partition, firstOffset),
            Value = records,
            Headers = new RecordMark(RecordKind.Row, firstOffset, row.Count, receivedAt).ToHeaders(),
        });
        _inserted.Add((new LoggedRow(partition, firstOffset, row.Count, receivedAt, row.Keys.ToArray()), records));
    }

    public int Erase(int partition, IReadOnlyCollection<long> offsets) => _eraser.Erase(partition, offsets, _heads[partition]);

    public void Commit()
    {
        if (!_producer.HasBegun)
            return;
        long[] heads = [.. _heads];
        foreach (var (row, _) in _inserted)
            heads[row.Partition] = row.FirstOffset + row.Count;
        _roller.Roll(_heads, _time.GetUtcNow());
        var receivedAt = _inserted.Count == 0 ? 0 : _inserted[^1].Row.ReceivedAt;
        var commit = _inserted.Count == 0 ? null : _journal.Write(heads, _inserted.Select(i => i.Row), receivedAt);
        _producer.Commit();
        _heads = heads;
        if (commit is not null)
            _journal.Passed(commit.Offset, receivedAt);
        foreach (var (row, records) in _inserted)
            _recent.Add(row.Partition, new StoredRow(row.FirstOffset, row.Count, row.ReceivedAt, records));
        _roller.Committed();
        foreach (var partition in _eraser.Committed())
            _roller.Erased(partition, _time.GetUtcNow());
    }

    public void Rollback()
    {
        _producer.Abandon();
        _eraser.Abandon();
    }

    // Brokers compact by themselves.
    public Task PurgeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ILogCursor OpenCursor() => new KafkaLogCursor(_recent, OpenHistory, _logger);

    public async ValueTask DisposeAsync()
    {
        _eraser.Abandon();
        _rows?.Dispose();
        _producer.Dispose();
        await _trim.DisposeAsync();
        _lost.Dispose();
    }

    private RowHistory OpenHistory() => new(_connection, _topics, _rewritten);

    private void ReadCommits(TimeSpan linger, bool settled)
    {
        if (_lost.IsCancellationRequested)
            throw Superseded();
        foreach (var commit in _journal.ReadOn(linger, settled))
        {
            if (commit.Owner != _journal.Owner)
            {
                LogSuperseded();
                _lost.Cancel();
                throw Superseded();
            }
            _heads = commit.Heads;
            _found.AddRange(commit.Rows);
            _recent.Clear();
        }
    }

    private void ReadRewrites()
    {
        using var reader = new PartitionReader(_connection);
        while (reader.Read(new TopicPartition(_topics.Rewrites, 0), _nextRewrite, TimeSpan.Zero, settled: true, CancellationToken.None) is { } record)
        {
            _nextRewrite = record.Offset + 1;
            var (partition, rewrite) = RowEraser.Place(record);
            _rewritten.Put(partition, rewrite);
            _roller.Erased(partition, new DateTimeOffset(record.Message.Timestamp.UtcDateTime));
            _recent.Clear();
        }
    }

    private static LogUnavailableException Superseded() => new("Another process owns the event log now.", ComeAgain);

    [LoggerMessage(EventId = 152, Level = LogLevel.Critical, Message = "Another process owns the event log on Kafka now; this one writes nothing more.")]
    private partial void LogSuperseded();

    [LoggerMessage(EventId = 153, Level = LogLevel.Warning, Message = "The former owner of the event log on Kafka is still there; shutting it out again (attempt {Attempt}).")]
    private partial void LogContended(int attempt);
}
