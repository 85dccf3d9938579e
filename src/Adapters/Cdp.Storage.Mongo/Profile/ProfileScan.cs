using System.Runtime.CompilerServices;
using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// All profiles with their events as of one sequence, without a snapshot. What belonged together then is given together, once,
/// when the scan comes to whoever was its profile then; documents are as they are by now. Where that profile was absorbed
/// meanwhile, its events are given under the one that absorbed it, which so may come again. What changed since is in the feed.
/// </summary>
internal sealed class ProfileScan(MongoStage stage, ProfileReader profiles, MongoTimeline timeline)
{
    private const int EventsAtOnce = 20_000;
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);

    /// <summary>Reads all profiles in batches.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ProfileChange>> ReadAsync(int batch, long moment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var roots = await RootsAsync("", batch, moment, cancellationToken); roots.Count > 0; roots = await RootsAsync(roots[^1], batch, moment, cancellationToken))
        {
            await foreach (var page in PagesAsync(roots, moment, cancellationToken))
                yield return page;
        }
    }

    // Those who were profiles of their own at the moment, as far as they are still known.
    private async Task<List<string>> RootsAsync(string after, int batch, long moment, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument
        {
            { "_id", new BsonDocument("$gt", after) },
            {
                "$or", new BsonArray
                {
                    new BsonDocument("version", new BsonDocument("$exists", true)),
                    new BsonDocument { { "into", new BsonDocument("$exists", true) }, { "seq", new BsonDocument("$gt", moment) } },
                }
            },
        };
        var found = await _profiles.Find(filter).Project(new BsonDocument("_id", 1)).Sort(new BsonDocument("_id", 1)).Limit(batch).ToListAsync(cancellationToken);
        return [.. found.Select(d => d["_id"].AsString)];
    }

    private async IAsyncEnumerable<IReadOnlyList<ProfileChange>> PagesAsync(List<string> roots, long moment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var owners = await profiles.LoadAsync(roots, cancellationToken);
        var page = new Dictionary<string, ProfileChange>(StringComparer.Ordinal);
        foreach (var root in roots.Where(owners.ContainsKey))
            ChangeOf(root);
        var families = await profiles.FamiliesAsync([.. roots.Where(owners.ContainsKey)], moment, cancellationToken);
        var events = 0;
        await foreach (var bucket in timeline.BucketsAsync(families.Keys, new BsonDocument { { "profile", 1 }, { "events", 1 } }, cancellationToken))
        {
            var own = bucket["events"].AsBsonArray.Where(e => e["seq"].AsInt64 <= moment).Select(e => TimelineMapping.FromBson(e.AsBsonDocument)).ToList();
            if (own.Count == 0)
                continue;
            ChangeOf(families[bucket["profile"].AsString]).Events.AddRange(own);
            events += own.Count;
            if (events < EventsAtOnce)
                continue;
            // Nobody's timeline is too long for memory: the rest comes in another change of the same profile.
            yield return [.. page.Values];
            page.Clear();
            events = 0;
        }
        if (page.Count > 0)
            yield return [.. page.Values];

        ProfileChange ChangeOf(string root)
        {
            var (profile, sequence) = owners[root];
            if (!page.TryGetValue(profile.Document.Id, out var change))
                page[profile.Document.Id] = change = new ProfileChange { Sequence = sequence, Profile = profile.Document };
            return change;
        }
    }
}
