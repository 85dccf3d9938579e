using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// Keeps a second process off a stage's files: a file that is held open. The system lets go of it when the process ends,
/// however it ends.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _held;

    private DataDirectoryLock(FileStream held) => _held = held;

    /// <summary>Takes the files of a stage.</summary>
    /// <param name="directory">Data directory; created where it is missing.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <exception cref="InvalidOperationException">Another process has them, or the directory cannot be written.</exception>
    public static DataDirectoryLock Take(string directory, string stage)
    {
        try
        {
            DataDirectory.Create(directory);
            return new DataDirectoryLock(new FileStream(Path.Combine(directory, $"{stage}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InvalidOperationException($"{DataDirectory.Setting}: {directory} cannot be written.", exception);
        }
        catch (IOException exception) when (File.Exists(Path.Combine(directory, $"{stage}.lock")))
        {
            throw new InvalidOperationException($"{DataDirectory.Setting}: another process uses {stage} in {directory}.", exception);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException($"{DataDirectory.Setting}: {directory} cannot be used: {exception.Message}", exception);
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
