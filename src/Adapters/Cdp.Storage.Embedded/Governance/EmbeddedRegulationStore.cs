using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>Regulations in SQLite.</summary>
public sealed class EmbeddedRegulationStore(GovernanceDatabase database) : IRegulationStore
{
    /// <inheritdoc />
    public Task PutAsync(StoredRegulation regulation, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run(
            "INSERT INTO regulations VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET finished = $2, regulation = $3",
            regulation.Regulation.Id, regulation.Regulation.FinishedAt > 0, regulation.ToByteArray()),
        cancellationToken);

    /// <inheritdoc />
    public Task<StoredRegulation?> GetAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Query(Map, "SELECT regulation FROM regulations WHERE id = $1", id).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredRegulation>> ListAsync(string before, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredRegulation>>(before.Length == 0
            ? reader.Query(Map, "SELECT regulation FROM regulations ORDER BY id DESC LIMIT $1", limit)
            : reader.Query(Map, "SELECT regulation FROM regulations WHERE id < $1 ORDER BY id DESC LIMIT $2", before, limit));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredRegulation>> ListUnfinishedAsync(string after, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<StoredRegulation>>(reader.Query(
            Map, "SELECT regulation FROM regulations WHERE finished = 0 AND id > $1 ORDER BY id LIMIT $2", after, limit));
    }

    /// <inheritdoc />
    public Task PurgeAsync(CancellationToken cancellationToken) => database.Sqlite.PurgeAsync(cancellationToken);

    private static StoredRegulation Map(SqliteDataReader row) => StoredRegulation.Parser.ParseFrom(row.Bytes(0));
}
