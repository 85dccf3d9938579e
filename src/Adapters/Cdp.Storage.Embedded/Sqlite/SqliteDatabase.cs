using Cdp.Contracts.Failures;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// One SQLite file: write-ahead log, synchronous=FULL (what is committed survives a power cut), deleted content
/// overwritten (secure_delete), one writer at a time, any number of readers.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int CheckpointAttempts = 100;
    private static readonly TimeSpan CheckpointPause = TimeSpan.FromMilliseconds(100);

    private readonly string _connectionString;
    private readonly int _pageBytes;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SqliteConnection _writer;

    /// <summary>Opens or creates the file and brings its schema up to date.</summary>
    /// <param name="directory">Directory of the file; created where it is missing.</param>
    /// <param name="file">File name, such as <c>identity.db</c>.</param>
    /// <param name="migrations">
    /// Schema steps in order, never changed once released; the file remembers how many it has (user_version).
    /// </param>
    /// <param name="pageBytes">Page size of a file that is created: larger for large rows, smaller for small ones in random order.</param>
    public SqliteDatabase(string directory, string file, IReadOnlyList<string> migrations, int pageBytes = 4096)
    {
        _pageBytes = pageBytes;
        DataDirectory.Create(directory);
        Path = System.IO.Path.Combine(directory, file);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = true }.ToString();
        _writer = OpenWriter();
        Migrate(_writer, migrations);
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>A pooled connection for reading; dispose it to give it back.</summary>
    public SqliteConnection OpenReader() => Open("""
        PRAGMA busy_timeout = 5000;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -16384;
        """);

    /// <summary>
    /// Runs one write transaction; durable when it returns. Writers queue. Where the disk is full or fails, nothing of the
    /// transaction is kept and the caller hears that it may come again (<see cref="Failure.Unavailable"/>).
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = work(_writer, transaction);
            transaction.Commit();
            return result;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN)
        {
            throw Failure.Unavailable($"{System.IO.Path.GetFileName(Path)} cannot be written: {exception.Message}");
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Runs one write transaction without a result.</summary>
    public Task WriteAsync(Action<SqliteConnection, SqliteTransaction> work, CancellationToken cancellationToken) =>
        WriteAsync((connection, transaction) =>
        {
            work(connection, transaction);
            return true;
        }, cancellationToken);

    /// <summary>
    /// Moves the write-ahead log into the file and empties it, so that overwritten content is gone from both. For erasure.
    /// Waits for readers of older content; throws where they do not end.
    /// </summary>
    public async Task CheckpointAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < CheckpointAttempts; attempt++)
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                using var command = _writer.CreateCommand();
                command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
                using var row = command.ExecuteReader();
                if (row.Read() && row.GetInt32(0) == 0)
                    return;
            }
            finally
            {
                _writing.Release();
            }
            await Task.Delay(CheckpointPause, cancellationToken);
        }
        throw new IOException($"{Path} could not be checkpointed: a reader holds older content.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        await _writer.DisposeAsync();
        using var pool = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pool);
        _writing.Dispose();
    }

    /// <summary>A connection for a store that writes by itself; there may be one at a time.</summary>
    internal SqliteConnection OpenWriter() => Open($"""
        PRAGMA page_size = {_pageBytes};
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA busy_timeout = 5000;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -65536;
        """);

    private static void Migrate(SqliteConnection connection, IReadOnlyList<string> migrations)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
        if (version > migrations.Count)
            throw new InvalidOperationException(
                $"{connection.DataSource} has schema version {version}; this release knows versions up to {migrations.Count}.");
        for (; version < migrations.Count; version++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, $"{migrations[version]}; PRAGMA user_version = {version + 1}", transaction);
            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open(string settings)
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, settings);
        return connection;
    }
}
