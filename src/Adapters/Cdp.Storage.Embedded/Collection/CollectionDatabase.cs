using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>The stage's state beside the log: <c>collection.db</c>.</summary>
public sealed class CollectionDatabase(string directory) : IAsyncDisposable
{
    /// <summary>The file.</summary>
    public SqliteDatabase Sqlite { get; } = new(directory, "collection.db",
    [
        """
        CREATE TABLE sources (id TEXT PRIMARY KEY, name TEXT NOT NULL, enabled INTEGER NOT NULL, key_hash BLOB NOT NULL, key_hint TEXT NOT NULL, created_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE discards (source_id TEXT, code TEXT, count INTEGER NOT NULL, last_at INTEGER NOT NULL, samples BLOB NOT NULL, PRIMARY KEY (source_id, code)) WITHOUT ROWID;
        CREATE TABLE imports (id TEXT PRIMARY KEY, job BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE rejects (import_id TEXT, row INTEGER, field TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (import_id, row)) WITHOUT ROWID
        """,
    ]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Sqlite.DisposeAsync();
}
