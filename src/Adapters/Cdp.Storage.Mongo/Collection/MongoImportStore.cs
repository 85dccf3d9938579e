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

    // What is left of deleted ones has no content.
    private static readonly BsonDocument Present = new("job", new BsonDocument("$exists", true));

    private readonly IMongoCollection<BsonDocument> _imports = stage.Collection(Imports);
    private readonly IMongoCollection<BsonDocument> _rejects = stage.Collection(Rejects);

    /// <inheritdoc />
    public Task PutAsync(ImportJob job, CancellationToken cancellationToken) =>
        stage.CommitAsync([DocumentWrite.Put(Imports, job.Id, new BsonDocument("job", job.ToByteArray()))], null, cancellationToken);

    /// <inheritdoc />
    public async Task<ImportJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _imports.Find(new BsonDocument(Present) { ["_id"] = id }).FirstOrDefaultAsync(cancellationToken) is { } document ? Map(document) : null;

    /// <inheritdoc />
    public async Task<IReadOnlyList<ImportJob>> ListAsync(string beforeId, int limit, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument(Present);
        if (beforeId.Length > 0)
            filter["_id"] = new BsonDocument("$lt", beforeId);
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

    /// <inheritdoc />
    public async Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var pruned = 0;
        await stage.CommitAsync(
            async (_, stop) =>
            {
                var writes = await OldestAsync(before, limit, stop);
                pruned = writes.Count;
                return pruned > 0 ? new StageCommit(writes) : null;
            },
            cancellationToken);
        return pruned;
    }

    private async Task<List<DocumentWrite>> OldestAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        foreach (var id in await EndedAsync(before, limit, cancellationToken))
        {
            var rejects = await _rejects.Find(new BsonDocument("import", id)).Sort(new BsonDocument("row", 1)).Limit(limit - writes.Count)
                .Project(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);
            writes.AddRange(rejects.Select(reject => DocumentWrite.Delete(Rejects, reject["_id"])));
            if (writes.Count < limit)
                writes.Add(DocumentWrite.Delete(Imports, id));
            if (writes.Count == limit)
                break;
        }
        return writes;
    }

    // Ids sort by creation, so only those that may have ended in time are read.
    private async Task<List<string>> EndedAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var ended = new List<string>();
        using var cursor = await _imports.Find(Present).Sort(new BsonDocument("_id", 1)).ToCursorAsync(cancellationToken);
        while (await cursor.MoveNextAsync(cancellationToken))
        {
            foreach (var job in cursor.Current.Select(Map))
            {
                if (job.CreatedAt >= before || ended.Count == limit)
                    return ended;
                if (job.FinishedAt > 0 && job.FinishedAt < before)
                    ended.Add(job.Id);
            }
        }
        return ended;
    }

    private static ImportJob Map(BsonDocument document) => ImportJob.Parser.ParseFrom(document["job"].AsByteArray);

    private static BsonDocument ToDocument(string importId, ImportReject reject) =>
        new() { { "import", importId }, { "row", reject.Row }, { "field", reject.Field }, { "reason", reject.Reason } };
}
