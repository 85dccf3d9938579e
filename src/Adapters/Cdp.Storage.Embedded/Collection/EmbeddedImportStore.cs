using Cdp.Collection.Imports;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Imports in SQLite.</summary>
public sealed class EmbeddedImportStore(CollectionDatabase database) : IImportStore
{
    /// <inheritdoc />
    public Task PutAsync(ImportJob job, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) => connection.Run("INSERT OR REPLACE INTO imports VALUES ($1, $2)", job.Id, job.ToByteArray()), cancellationToken);

    /// <inheritdoc />
    public Task<ImportJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult(reader.Query(row => ImportJob.Parser.ParseFrom(row.Bytes(0)), "SELECT job FROM imports WHERE id = $1", id).FirstOrDefault());
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ImportJob>> ListAsync(string beforeId, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<ImportJob>>(reader.Query(
            row => ImportJob.Parser.ParseFrom(row.Bytes(0)),
            "SELECT job FROM imports WHERE $1 = '' OR id < $1 ORDER BY id DESC LIMIT $2", beforeId, limit));
    }

    /// <inheritdoc />
    public Task AddRejectsAsync(string importId, IReadOnlyCollection<ImportReject> rejects, CancellationToken cancellationToken) =>
        database.Sqlite.WriteAsync(
            (connection, _) =>
            {
                foreach (var reject in rejects)
                    connection.Run("INSERT OR REPLACE INTO rejects VALUES ($1, $2, $3, $4)", importId, reject.Row, reject.Field, reject.Reason);
            },
            cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<ImportReject>> ListRejectsAsync(string importId, long afterRow, int limit, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<ImportReject>>(reader.Query(
            row => new ImportReject { Row = row.GetInt64(0), Field = row.GetString(1), Reason = row.GetString(2) },
            "SELECT row, field, reason FROM rejects WHERE import_id = $1 AND row > $2 ORDER BY row LIMIT $3", importId, afterRow, limit));
    }

    /// <inheritdoc />
    public Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            var pruned = 0;
            foreach (var id in Ended(connection, before, limit))
            {
                pruned += connection.Run(
                    "DELETE FROM rejects WHERE import_id = $1 AND row IN (SELECT row FROM rejects WHERE import_id = $1 ORDER BY row LIMIT $2)", id, limit - pruned);
                if (pruned < limit)
                    pruned += connection.Run("DELETE FROM imports WHERE id = $1", id);
                if (pruned == limit)
                    break;
            }
            return pruned;
        },
        cancellationToken);

    // Ids sort by creation, so only those that may have ended in time are read.
    private static List<string> Ended(SqliteConnection connection, long before, int limit)
    {
        using var command = connection.Prepare("SELECT job FROM imports ORDER BY id");
        using var rows = command.ExecuteReader();
        var ended = new List<string>();
        while (ended.Count < limit && rows.Read() && ImportJob.Parser.ParseFrom(rows.Bytes(0)) is { } job && job.CreatedAt < before)
        {
            if (job.FinishedAt > 0 && job.FinishedAt < before)
                ended.Add(job.Id);
        }
        return ended;
    }
}
