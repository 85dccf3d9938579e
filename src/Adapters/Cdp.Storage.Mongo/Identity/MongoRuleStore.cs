using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Versions of the rules in MongoDB.</summary>
public sealed class MongoRuleStore(MongoStage stage) : IRuleStore
{
    private const string Rules = "rules";
    private readonly IMongoCollection<BsonDocument> _rules = stage.Collection(Rules);

    /// <inheritdoc />
    public Task<IdentityRules?> LatestAsync(CancellationToken cancellationToken) => ReadAsync([], cancellationToken);

    /// <inheritdoc />
    public Task<IdentityRules?> FindAsync(long version, CancellationToken cancellationToken) => ReadAsync(new BsonDocument("_id", version), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RulesVersion>> ListAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var found = await _rules.Find(new BsonDocument("_id", new BsonDocument("$lt", before)))
            .Sort(new BsonDocument("_id", -1)).Limit(limit).Project<BsonDocument>(new BsonDocument("created_at", 1)).ToListAsync(cancellationToken);
        return [.. found.Select(d => new RulesVersion { Version = d["_id"].AsInt64, CreatedAt = d["created_at"].AsInt64 })];
    }

    /// <inheritdoc />
    public Task PutAsync(IReadOnlyList<IdentityRules> versions, CancellationToken cancellationToken) => stage.CommitAsync(
        [.. versions.Select(r => DocumentWrite.Put(Rules, r.Version, new BsonDocument { { "created_at", r.CreatedAt }, { "rules", r.ToByteArray() } }))],
        null,
        cancellationToken);

    private async Task<IdentityRules?> ReadAsync(BsonDocument filter, CancellationToken cancellationToken) =>
        await _rules.Find(filter).Sort(new BsonDocument("_id", -1)).Limit(1).FirstOrDefaultAsync(cancellationToken) is { } document
            ? IdentityRules.Parser.ParseFrom(document["rules"].AsByteArray)
            : null;
}
