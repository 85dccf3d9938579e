using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>
/// The stage's SQLite file, <c>activation.db</c>. Of the pending deliveries of one lane (a person and a destination) only
/// the earliest has <c>due_at</c>: so what is to be sent next is read from one index, however much waits behind. An entry
/// is <c>told</c> until there is an exit after it.
/// </summary>
public sealed class ActivationDatabase(string directory) : IAsyncDisposable
{
    /// <summary>The database.</summary>
    public SqliteDatabase Sqlite { get; } = new(directory, "activation.db",
    [
        """
        CREATE TABLE destinations (id TEXT PRIMARY KEY, enabled INTEGER NOT NULL, destination BLOB NOT NULL, secret BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE activations (id TEXT PRIMARY KEY, segment_key TEXT NOT NULL, destination_id TEXT NOT NULL, created_at INTEGER NOT NULL,
            start_sequence INTEGER NOT NULL, fill_cursor TEXT NOT NULL, fill_until INTEGER NOT NULL) WITHOUT ROWID;
        CREATE UNIQUE INDEX activations_by_pair ON activations (segment_key, destination_id);
        CREATE TABLE deliveries (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, activation_id TEXT NOT NULL, destination_id TEXT NOT NULL,
            segment_key TEXT NOT NULL, profile_id TEXT NOT NULL, person_id TEXT NOT NULL, entered INTEGER NOT NULL, told INTEGER NOT NULL, cause TEXT NOT NULL,
            sequence INTEGER NOT NULL, changed_at INTEGER NOT NULL, created_at INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT NOT NULL,
            attempts BLOB NOT NULL, attempts_made INTEGER NOT NULL, first_attempt_at INTEGER NOT NULL, retry_at INTEGER NOT NULL, due_at INTEGER);
        CREATE INDEX deliveries_due ON deliveries (destination_id, due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX deliveries_in_lane ON deliveries (destination_id, person_id, number) WHERE state = 1;
        CREATE INDEX deliveries_by_person ON deliveries (person_id, activation_id);
        CREATE INDEX deliveries_by_profile ON deliveries (profile_id);
        CREATE INDEX deliveries_by_destination ON deliveries (destination_id, number);
        CREATE INDEX deliveries_by_state ON deliveries (state, number);
        CREATE TABLE positions (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID
        """,
        "ALTER TABLE deliveries ADD COLUMN traceparent TEXT NOT NULL DEFAULT ''",
        """
        CREATE INDEX deliveries_ended ON deliveries (created_at) WHERE state <> 1 AND NOT told;
        CREATE INDEX deliveries_ended_told ON deliveries (activation_id, created_at) WHERE state <> 1 AND told
        """,
    ]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Sqlite.DisposeAsync();
}
