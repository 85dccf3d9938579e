using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// Keeps a second process off a stage's files: SQLite's own lock on an empty file beside them. It ends with the process,
/// however that ends, and hinders nobody who only reads the directory, such as a backup.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private const int Busy = 5;
    private readonly SqliteConnection _held;

    private DataDirectoryLock(SqliteConnection held) => _held = held;

    /// <summary>Takes the files of a stage.</summary>
    /// <param name="directory">Data directory; created where it is missing.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <exception cref="InvalidOperationException">Another process has them, or the directory cannot be written.</exception>
    public static DataDirectoryLock Take(string directory, string stage)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(directory, $"{stage}.lock"),
            Pooling = false,
            // Seconds that a process which is just ending may take.
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            DataDirectory.Create(directory);
            connection.Open();
            // Nothing is ever written, so that there is nothing to keep a journal of on disk.
            connection.Run("PRAGMA journal_mode = MEMORY");
            connection.Run("BEGIN EXCLUSIVE");
            return new DataDirectoryLock(connection);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw new InvalidOperationException(
                exception is SqliteException { SqliteErrorCode: Busy }
                    ? $"{DataDirectory.Setting}: another process uses {stage} in {directory}."
                    : $"{DataDirectory.Setting}: {directory} cannot be written.",
                exception);
        }
    }

    /// <summary>Lets go of the files.</summary>
    public void Dispose() => _held.Dispose();
}

/// <summary>Takes the files of the stages that a host runs.</summary>
public static class DataDirectoryLocking
{
    /// <summary>Takes the files of a stage until the process ends; call it before the stage's stores are opened.</summary>
    public static void LockDataDirectory(this IHostApplicationBuilder builder, string stage) =>
        // The container does not dispose of what was made outside: the lock outlives the stores that it guards.
        builder.Services.AddSingleton(DataDirectoryLock.Take(DataDirectory.Of(builder.Configuration), stage));
}
