using Cdp.Contracts.Failures;
using Cdp.Identity.DryRuns;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Dry runs' stores in directories named <c>dry-run-…</c> below the data directory.</summary>
public sealed class EmbeddedDryRunStores(string directory) : IDryRunStores
{
    private const string Prefix = "dry-run-";

    /// <inheritdoc />
    public async Task<IDryRunStore> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Clear();
            return await EmbeddedDryRunStore.CreateAsync(Path.Combine(directory, $"{Prefix}{Guid.NewGuid():n}"), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw Failure.Unavailable($"Cdp:DataDirectory ({directory}) cannot be written; a dry run keeps its persons there until it ends: {exception.Message}");
        }
    }

    /// <inheritdoc />
    public void Clear()
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var left in Directory.EnumerateDirectories(directory, $"{Prefix}*"))
            Directory.Delete(left, recursive: true);
    }
}
