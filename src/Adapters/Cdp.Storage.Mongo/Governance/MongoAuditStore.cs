using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Audit;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>The audit trail in MongoDB: a document for each entry, under its sequence.</summary>
public sealed class MongoAuditStore(MongoStage stage) : IAuditStore
{
    internal const string Audit = "audit";
    private readonly IMongoCollection<BsonDocument> _entries = stage.Collection(Audit);

    /// <inheritdoc />
    public async Task<long> AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var sequence = 0L;
        await stage.CommitAsync(
            (positions, _) =>
            {
                sequence = Last(positions) + 1;
                return Task.FromResult<StageCommit?>(new StageCommit([DocumentWrite.Put(Audit, sequence, ToDocument(entry))], new BsonDocument(Audit, sequence)));
            },
            cancellationToken);
        return sequence;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(long before, int limit, CancellationToken cancellationToken)
    {
        // What comes after the last commit that is carried out may not be there yet, or in part.
        var range = new BsonDocument { { "$lt", before }, { "$lte", Last(stage.Positions) } };
        var entries = await _entries.Find(new BsonDocument("_id", range)).Sort(new BsonDocument("_id", -1)).Limit(limit).ToListAsync(cancellationToken);
        return [.. entries.Select(Map)];
    }

    private static long Last(BsonDocument positions) => positions.GetValue(Audit, 0L).AsInt64;

    internal static BsonDocument ToDocument(AuditEntry entry) =>
        new() { { "at", entry.At }, { "actor", entry.Actor }, { "action", entry.Action }, { "target", entry.Target } };

    internal static AuditEntry Map(BsonDocument document) => new()
    {
        Sequence = document["_id"].AsInt64,
        At = document["at"].AsInt64,
        Actor = document["actor"].AsString,
        Action = document["action"].AsString,
        Target = document["target"].AsString,
    };
}
