using Cdp.Collection.Sources;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Sources in SQLite.</summary>
public sealed class EmbeddedSourceStore(CollectionDatabase database) : ISourceStore
{
    /// <inheritdoc />
    public Task<IReadOnlyList<StoredSource>> ListAsync(CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredSource>>(reader.Query(
            row => new StoredSource(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.Bytes(3), row.GetString(4), row.GetInt64(5)),
            "SELECT id, name, enabled, key_hash, key_hint, created_at FROM sources ORDER BY created_at, id"));
    }

    /// <inheritdoc />
    public Task PutAsync(StoredSource source, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT OR REPLACE INTO sources VALUES ($1, $2, $3, $4, $5, $6)",
            source.Id, source.Name, source.Enabled, source.KeyHash, source.KeyHint, source.CreatedAt),
        cancellationToken);
}
