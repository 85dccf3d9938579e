using Cdp.Collection.Imports;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

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
}
