using System.Data;
using System.Diagnostics;
using Cdp.Contracts.Failures;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// One SQLite file: write-ahead log, synchronous=FULL (what is committed survives a power cut), deleted content
/// overwritten (secure_delete), one writer at a time, any number of readers.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int PurgeAttempts = 100;
    private static readonly TimeSpan PurgePause = TimeSpan.FromMilliseconds(100);

    private readonly string _connectionString;
    private readonly int _pageBytes;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly SqliteConnection _writer;
    private readonly SafeFileHandle _file;

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
        // Open as long as the connections are: closing any handle of a file drops this process's locks on it.
        _file = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>A pooled connection for reading; dispose it to give it back.</summary>
    public SqliteConnection OpenReader()
    {
        var started = Stopwatch.GetTimestamp();
        var connection = Open("""
            PRAGMA busy_timeout = 5000;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16384;
            """);
        if (SqliteMetrics.IsEnabled)
        {
            connection.StateChange += (_, change) =>
            {
                if (change.CurrentState == ConnectionState.Closed)
                    SqliteMetrics.Record(System.IO.Path.GetFileName(Path), "read", started);
            };
        }
        return connection;
    }

    /// <summary>
    /// Runs one write transaction; durable when it returns. Writers queue. Where the disk is full or fails, nothing of the
    /// transaction is kept and the caller hears that it may come again (<see cref="Failure.Unavailable"/>).
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var transaction = _writer.BeginTransaction(deferred: false);
            var result = work(_writer, transaction);
            transaction.Commit();
            SqliteMetrics.Record(System.IO.Path.GetFileName(Path), "commit", started);
            return result;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN)
        {
            SqliteMetrics.Record(System.IO.Path.GetFileName(Path), "commit", started, exception);
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
    /// Makes deleted content unreadable: moves the write-ahead log into the file, empties it, and zeroes stale copies within
    /// pages. For erasure; writers wait. Waits for readers of older content; throws where they do not end.
    /// </summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < PurgeAttempts; attempt++)
        {
            await _writing.WaitAsync(cancellationToken);
            try
            {
                if (EmptyWriteAheadLog() && ZeroGaps())
                    return;
            }
            finally
            {
                _writing.Release();
            }
            await Task.Delay(PurgePause, cancellationToken);
        }
        throw new IOException($"{Path} could not be purged: a reader holds older content.");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        await _writer.DisposeAsync();
        using var pool = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pool);
        _file.Dispose();
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

    private bool EmptyWriteAheadLog()
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        using var row = command.ExecuteReader();
        return row.Read() && row.GetInt32(0) == 0;
    }

    private bool ZeroGaps()
    {
        using var transaction = _writer.BeginTransaction(deferred: false);
        // A store that writes by itself may have written in between.
        if (new FileInfo($"{Path}-wal") is { Exists: true, Length: > 0 })
            return false;
        SqliteGaps.Zero(_file, [1, .. _writer.Query(row => row.GetInt64(0), "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0")]);
        // Writes the first page, whatever the value: at the next commit of others, every connection drops what it cached, stale copies included.
        Execute(_writer, $"PRAGMA user_version = {_writer.Number("PRAGMA user_version")}", transaction);
        transaction.Commit();
        return true;
    }

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
