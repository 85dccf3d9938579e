using Cdp.Collection.Imports;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Collection;

/// <summary>Imports in MongoDB: a document for each, and one for each row that was rejected.</summary>
public sealed class MongoImportStore(MongoStage stage) : IImportStore
{
    private const string Imports = "imports";
    private const string Rejects = "rejects";
    private readonly IMongoCollection<BsonDocument> _imports = stage.Collection(Imports);
    private readonly IMongoCollection<BsonDocument> _rejects = stage.Collection(Rejects);

    /// <inheritdoc />
    public Task PutAsync(ImportJob job, CancellationToken cancellationToken) =>
        stage.CommitAsync([DocumentWrite.Put(Imports, job.Id, new BsonDocument("job", job.ToByteArray()))], null, cancellationToken);

    /// <inheritdoc />
    public async Task<ImportJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _imports.Find(new BsonDocument("_id", id)).FirstOrDefaultAsync(cancellationToken) is { } document ? Map(document) : null;

    /// <inheritdoc />
    public async Task<IReadOnlyList<ImportJob>> ListAsync(string beforeId, int limit, CancellationToken cancellationToken)
    {
        var filter = beforeId.Length == 0 ? [] : new BsonDocument("_id", new BsonDocument("$lt", beforeId));
        return [.. (await _imports.Find(filter).Sort(new BsonDocument("_id", -1)).Limit(limit).ToListAsync(cancellationToken)).Select(Map)];
    }

    /// <inheritdoc />
    public Task AddRejectsAsync(string importId, IReadOnlyCollection<ImportReject> rejects, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<long, ImportReject>();
        foreach (var reject in rejects)
            latest[reject.Row] = reject;
        return stage.CommitAsync([.. latest.Values.Select(reject => DocumentWrite.Put(Rejects, $"{importId}/{reject.Row}", ToDocument(importId, reject)))], null, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ImportReject>> ListRejectsAsync(string importId, long afterRow, int limit, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { "import", importId }, { "row", new BsonDocument("$gt", afterRow) } };
        var found = await _rejects.Find(filter).Sort(new BsonDocument("row", 1)).Limit(limit).ToListAsync(cancellationToken);
        return [.. found.Select(d => new ImportReject { Row = d["row"].AsInt64, Field = d["field"].AsString, Reason = d["reason"].AsString })];
    }

    private static ImportJob Map(BsonDocument document) => ImportJob.Parser.ParseFrom(document["job"].AsByteArray);

    private static BsonDocument ToDocument(string importId, ImportReject reject) =>
        new() { { "import", importId }, { "row", reject.Row }, { "field", reject.Field }, { "reason", reject.Reason } };
}
