using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>
/// Moves the write-ahead log into the file beside the writer, so that senders do not wait for it. A writer that never pauses
/// keeps the write-ahead log from starting over; beyond <see cref="MostBytes"/> it waits once, for what is not moved yet.
/// Used by the writer's thread.
/// </summary>
internal sealed partial class LogCheckpoint(SqliteDatabase database, SqliteConnection writer, int pageBytes, ILogger logger) : IAsyncDisposable
{
    private const long EveryBytes = 40 * 1024 * 1024;
    private const long MostBytes = 512 * 1024 * 1024;
    private Task _moving = Task.CompletedTask;
    private long _written;
    private long _size;

    /// <summary>Notes what was committed; call it between two transactions.</summary>
    public void Committed(long bytes)
    {
        _written += bytes;
        if (_written < EveryBytes || !_moving.IsCompleted)
            return;
        _written = 0;
        if (Volatile.Read(ref _size) > MostBytes)
            Move(writer, raw.SQLITE_CHECKPOINT_RESTART);
        else
            _moving = Task.Run(MoveBeside);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _moving;

    private void MoveBeside()
    {
        try
        {
            using var connection = database.OpenReader();
            Move(connection, raw.SQLITE_CHECKPOINT_PASSIVE);
        }
        catch (SqliteException exception)
        {
            LogFailed(exception.SqliteErrorCode);
        }
    }

    private void Move(SqliteConnection connection, int mode)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", mode, out var frames, out var moved);
        // A write-ahead log that is moved as a whole starts over at the next commit.
        Volatile.Write(ref _size, moved == frames ? 0 : (long)frames * pageBytes);
        // Busy readers are no failure: what is left comes with the next move.
        if (result is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
            LogFailed(result);
    }

    [LoggerMessage(EventId = 141, Level = LogLevel.Warning, Message = "The event log's write-ahead log could not be moved into its file (SQLite {Result}); nothing is lost, and it is tried again.")]
    private partial void LogFailed(int result);
}
