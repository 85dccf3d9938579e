using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Follows absorbed ids to whoever has them by now.</summary>
internal sealed class ProfileLineage(MongoStage stage)
{
    private static readonly BsonDocument Step = new() { { "into", 1 }, { "seq", 1 } };
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);

    /// <summary>For each id the profile that has it, and the sequence at which that one got it; 0 where it is its own.</summary>
    public async Task<Dictionary<string, (string ProfileId, long Sequence)>> FollowAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var steps = new Dictionary<string, (string Into, long Sequence)>(StringComparer.Ordinal);
        for (var next = ids; next.Count > 0;)
        {
            var found = await _profiles.FindInAsync("_id", next, new BsonDocument("into", new BsonDocument("$exists", true)), Step, cancellationToken);
            foreach (var document in found)
                steps[document["_id"].AsString] = (document["into"].AsString, document["seq"].AsInt64);
            next = [.. found.Select(document => document["into"].AsString).Where(id => !steps.ContainsKey(id)).Distinct(StringComparer.Ordinal)];
        }
        return ids.ToDictionary(id => id, id => Walk(id), StringComparer.Ordinal);

        (string, long) Walk(string id)
        {
            var (at, sequence) = (id, 0L);
            while (steps.TryGetValue(at, out var step))
                (at, sequence) = step;
            return (at, sequence);
        }
    }
}
