using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>The stage's state: <c>governance.db</c>. The audit trail is append-only to SQLite itself.</summary>
public sealed class GovernanceDatabase(string directory) : IAsyncDisposable
{
    /// <summary>The file.</summary>
    public SqliteDatabase Sqlite { get; } = new(directory, "governance.db",
    [
        """
        CREATE TABLE api_keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, hint TEXT NOT NULL,
            configured INTEGER NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE audit (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL);
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
        CREATE TABLE purposes (key TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE regulations (id TEXT PRIMARY KEY, finished INTEGER NOT NULL, regulation BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX regulations_unfinished ON regulations (id) WHERE finished = 0
        """,
    ]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Sqlite.DisposeAsync();
}
