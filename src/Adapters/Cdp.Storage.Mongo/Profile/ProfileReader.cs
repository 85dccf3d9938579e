using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// Finds profiles by any of their ids. In the place of an absorbed profile stands who absorbed it (<c>into</c>) and when
/// (<c>seq</c>); this changes only where the profile is taken apart, so that it can be followed from both ends and as of any sequence.
/// </summary>
internal sealed class ProfileReader(MongoStage stage)
{
    // Each waits for the commit that is being carried out; several are hardly ever in the way of one reader.
    private const int MostAttempts = 100;

    private static readonly BsonDocument Lineage = new() { { "into", 1 }, { "version", 1 }, { "absorbed", 1 }, { "parts", 1 } };
    private static readonly BsonDocument Filling = new() { { "into", 1 }, { "version", 1 }, { "parts", 1 }, { "timeline", 1 } };
    private readonly IMongoCollection<BsonDocument> _profiles = stage.Collection(MongoProfileSchema.Profiles);
    private readonly IMongoCollection<BsonDocument> _parts = stage.Collection(MongoProfileSchema.Parts);

    /// <summary>Whether a document is a profile, not the trace of one.</summary>
    public static bool IsLive(BsonDocument? document) => document?.Contains("version") == true;

    /// <summary>Profiles by the ids given, with the sequences of their latest changes. Ids that lead nowhere are left out.</summary>
    public async Task<Dictionary<string, (StoredProfile Profile, long Sequence)>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var loaded = new Dictionary<string, (StoredProfile, long)>(StringComparer.Ordinal);
        for (var attempt = 1; ; attempt++)
        {
            var owners = await OwnersAsync([.. ids.Where(id => !loaded.ContainsKey(id))], null, cancellationToken);
            var profiles = await AssembleAsync([.. owners.Values.DistinctBy(o => o["_id"].AsString)], cancellationToken);
            foreach (var (id, owner) in owners)
            {
                if (profiles.TryGetValue(owner["_id"].AsString, out var profile))
                    loaded[id] = (profile, owner["seq"].AsInt64);
            }
            if (owners.Keys.All(loaded.ContainsKey))
                return loaded;
            if (attempt == MostAttempts)
                throw new InvalidOperationException($"{MongoServer.Setting}: parts of profile {owners.Keys.First(id => !loaded.ContainsKey(id))} are missing; they were removed by hand, or the database was restored in part.");
            // Document and parts are of two commits: the later is being carried out.
            await stage.SettleAsync(cancellationToken);
        }
    }

    /// <summary>The document of whoever an id belongs to by now, with its lineage only.</summary>
    public async Task<BsonDocument?> OwnerAsync(string id, CancellationToken cancellationToken) =>
        (await OwnersAsync([id], Lineage, cancellationToken)).GetValueOrDefault(id);

    /// <summary>What there is under ids themselves: how far timelines are filled, absorbed or not.</summary>
    public async Task<Dictionary<string, BsonDocument>> FillingsAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        (await FindAsync([.. ids], Filling, cancellationToken)).ToDictionary(d => d["_id"].AsString, StringComparer.Ordinal);

    /// <summary>The ids under which events of a profile are, its own included.</summary>
    public async Task<IReadOnlyCollection<string>> FamilyAsync(BsonDocument owner, CancellationToken cancellationToken)
    {
        // The profile names all of them already, as far as they fit; what was absorbed into any of those is one more question.
        var known = owner.GetValue("absorbed", new BsonArray()).AsBsonArray.Select(a => a.AsString);
        return (await FamiliesAsync(known.Append(owner["_id"].AsString).ToHashSet(StringComparer.Ordinal), long.MaxValue, cancellationToken)).Keys;
    }

    /// <summary>The same for several profiles as of a sequence: each id with the profile that it belonged to then.</summary>
    public async Task<Dictionary<string, string>> FamiliesAsync(IReadOnlyCollection<string> roots, long sequence, CancellationToken cancellationToken)
    {
        var families = roots.ToDictionary(root => root, StringComparer.Ordinal);
        for (var generation = roots; generation.Count > 0;)
        {
            var absorbed = await _profiles.FindInAsync(
                "into", generation, new BsonDocument("seq", new BsonDocument("$lte", sequence)), new BsonDocument("into", 1), cancellationToken);
            generation = [.. absorbed.Where(a => families.TryAdd(a["_id"].AsString, families[a["into"].AsString])).Select(a => a["_id"].AsString)];
        }
        return families;
    }

    private async Task<Dictionary<string, BsonDocument>> OwnersAsync(IReadOnlyCollection<string> ids, BsonDocument? projection, CancellationToken cancellationToken)
    {
        var documents = new Dictionary<string, BsonDocument?>(StringComparer.Ordinal);
        await FollowAsync(ids, documents, projection, cancellationToken);
        for (var attempt = 1; attempt < MostAttempts && ids.Any(id => Walk(id) is { IsLive: false, HasMoved: true }); attempt++)
        {
            // Whoever absorbed it is not there yet, or no more: that commit is being carried out.
            await stage.SettleAsync(cancellationToken);
            documents.Clear();
            await FollowAsync(ids, documents, projection, cancellationToken);
        }
        return ids.Select(id => (Id: id, Owner: Walk(id).Document)).Where(o => IsLive(o.Owner)).ToDictionary(o => o.Id, o => o.Owner!, StringComparer.Ordinal);

        (BsonDocument? Document, bool IsLive, bool HasMoved) Walk(string id)
        {
            var at = id;
            while (documents.GetValueOrDefault(at) is { } document && document.TryGetValue("into", out var into))
                at = into.AsString;
            return (documents.GetValueOrDefault(at), IsLive(documents.GetValueOrDefault(at)), at != id);
        }
    }

    private async Task FollowAsync(
        IReadOnlyCollection<string> ids, Dictionary<string, BsonDocument?> documents, BsonDocument? projection, CancellationToken cancellationToken)
    {
        for (var next = ids; next.Count > 0;)
        {
            foreach (var id in next)
                documents[id] = null;
            var found = await FindAsync(next, projection, cancellationToken);
            foreach (var document in found)
                documents[document["_id"].AsString] = document;
            next = [.. found.Where(d => d.Contains("into")).Select(d => d["into"].AsString).Where(id => !documents.ContainsKey(id)).Distinct(StringComparer.Ordinal)];
        }
    }

    private Task<List<BsonDocument>> FindAsync(IReadOnlyCollection<string> ids, BsonDocument? projection, CancellationToken cancellationToken) =>
        _profiles.FindInAsync("_id", ids, [], projection, cancellationToken);

    // Those whose parts are all of the same commit as the document.
    private async Task<Dictionary<string, StoredProfile>> AssembleAsync(IReadOnlyCollection<BsonDocument> documents, CancellationToken cancellationToken)
    {
        var wanted = documents.ToDictionary(d => d["_id"].AsString, PartIds);
        var all = wanted.Values.SelectMany(ids => ids).ToList();
        var parts = all.Count == 0 ? [] : (await _parts.FindInAsync("_id", all, [], null, cancellationToken)).ToDictionary(p => p["_id"].AsString, StringComparer.Ordinal);
        var profiles = new Dictionary<string, StoredProfile>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var own = wanted[document["_id"].AsString].Select(parts.GetValueOrDefault).OfType<BsonDocument>().ToList();
            if (own.Count == document.GetValue("parts", 0).AsInt32 && own.All(p => p["seq"] == document["seq"]))
                profiles[document["_id"].AsString] = ProfileMapping.FromBson(document, own);
        }
        return profiles;
    }

    private static List<string> PartIds(BsonDocument document) =>
        [.. Enumerable.Range(1, document.GetValue("parts", 0).AsInt32).Select(part => ProfileParts.Id(document["_id"].AsString, part))];
}
