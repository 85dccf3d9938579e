using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>The audit trail as records: many at once, each under the sequence that it has.</summary>
internal sealed class AuditArchive(GovernanceDatabase database) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives => [new Archive<AuditEntry>(GovernanceModule.Name, "audit", ReadAsync, WriteAsync)];

    private Task<RecordPage<AuditEntry>> ReadAsync(string cursor, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Page(
            EmbeddedAuditStore.Map,
            entry => entry.Sequence.ToString(CultureInfo.InvariantCulture),
            "SELECT sequence, at, actor, action, target FROM audit WHERE sequence > $1 ORDER BY sequence",
            cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture)));
    }

    private Task WriteAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            // What is there already stays: the trail is append-only.
            foreach (var entry in entries)
                connection.Run("INSERT OR IGNORE INTO audit VALUES ($1, $2, $3, $4, $5)", entry.Sequence, entry.At, entry.Actor, entry.Action, entry.Target);
        },
        cancellationToken);
}
