using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Audit;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>The audit trail in SQLite.</summary>
public sealed class EmbeddedAuditStore(GovernanceDatabase database) : IAuditStore
{
    /// <inheritdoc />
    public Task<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Number(
            "INSERT INTO audit SELECT coalesce(max(sequence), 0) + 1, $1, $2, $3, $4 FROM audit RETURNING sequence",
            entry.At, entry.Actor, entry.Action, entry.Target),
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<AuditEntry>> ListAsync(long before, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<AuditEntry>>(reader.Query(
            Map,
            "SELECT sequence, at, actor, action, target FROM audit WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2", before, limit));
    }

    internal static AuditEntry Map(SqliteDataReader row) => new()
    {
        Sequence = row.GetInt64(0),
        At = row.GetInt64(1),
        Actor = row.GetString(2),
        Action = row.GetString(3),
        Target = row.GetString(4),
    };
}
