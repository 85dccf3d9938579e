using System.Security.Cryptography;
using System.Text;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Persons in MongoDB. An identifier stays with the person that it was added to; who absorbed that one is looked up.</summary>
public sealed class MongoIdentityStore(MongoStage stage) : IIdentityStore
{
    internal const string LastMerge = "merge";
    internal const string LastTie = "tie";
    private readonly IMongoCollection<BsonDocument> _persons = stage.Collection("persons");
    private readonly IMongoCollection<BsonDocument> _identifiers = stage.Collection("identifiers");
    private readonly IMongoCollection<BsonDocument> _absorbed = stage.Collection("absorbed");
    private readonly IMongoCollection<BsonDocument> _merges = stage.Collection("merges");
    private readonly MongoTies _ties = new(stage);
    private readonly MongoSplits _splits = new(stage);
    private readonly MongoLinks _links = new(stage);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        if (identifiers.Count == 0)
            return [];
        var found = await _identifiers.Find(In(identifiers.Select(Id))).ToListAsync(cancellationToken);
        // What is left of a deleted identifier names no person.
        var holders = found.Where(d => d.Contains("person")).Select(d => d["person"].AsString).ToHashSet();
        var canonical = await CanonicalAsync(holders, cancellationToken);
        return [.. (await LoadAsync(canonical.Values.ToHashSet(), cancellationToken)).Values];
    }

    /// <inheritdoc />
    public async Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var canonical = (await CanonicalAsync([id], cancellationToken))[id];
        return (await LoadAsync([canonical], cancellationToken)).GetValueOrDefault(canonical);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> AbsorbedAsync(string id, CancellationToken cancellationToken) =>
        [.. (await _absorbed.Find(new BsonDocument("person", id)).ToListAsync(cancellationToken)).Select(d => d["_id"].AsString).Order(StringComparer.Ordinal)];

    /// <inheritdoc />
    public Task CommitAsync(IdentityChanges changes, CancellationToken cancellationToken) =>
        stage.CommitAsync(async (_, stop) => await CommitOfAsync(changes, stop), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Merge>> MergesAfterAsync(long sequence, CancellationToken cancellationToken) =>
        Merges(await _merges.Find(new BsonDocument { { "_id", new BsonDocument("$gt", sequence) }, { "absorbed", new BsonDocument("$exists", true) } })
            .Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken));

    /// <inheritdoc />
    public async Task<Merge?> FindMergeAsync(long sequence, CancellationToken cancellationToken) =>
        Merges(await _merges.Find(new BsonDocument { { "_id", sequence }, { "absorbed", new BsonDocument("$exists", true) } }).ToListAsync(cancellationToken)).FirstOrDefault();

    /// <inheritdoc />
    public async Task<IReadOnlyList<Merge>> MergesOfAsync(string id, CancellationToken cancellationToken) =>
        [.. Merges(await _merges.Find(new BsonDocument("absorbed", new BsonDocument("$in", new BsonArray(await AbsorbedAsync(id, cancellationToken)))))
            .Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken)).Where(m => m.UndoneBy == 0)];

    /// <inheritdoc />
    public async Task<PersonHistory?> HistoryAsync(string id, CancellationToken cancellationToken)
    {
        if (await GetAsync(id, cancellationToken) is not { } person)
            return null;
        string[] family = [person.Id, .. await AbsorbedAsync(person.Id, cancellationToken)];
        return new PersonHistory(
            person, await _ties.FoundersAsync(family, cancellationToken), await _ties.OfAsync(family, cancellationToken), await MergesOfAsync(person.Id, cancellationToken));
    }

    /// <inheritdoc />
    public Task SplitAsync(SplitCommit commit, CancellationToken cancellationToken) => stage.CommitAsync(
        async (_, stop) =>
        {
            var former = (await LoadAsync([commit.Split.PersonId], stop))[commit.Split.PersonId];
            string[] family = [former.Id, .. await AbsorbedAsync(former.Id, stop)];
            var undone = Merges(await _merges.Find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(commit.Undone)))).ToListAsync(stop));
            return _splits.Commit(commit, former, await _ties.IdsOfAsync(family, stop), undone);
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Separation>> SeparationsAsync(CancellationToken cancellationToken) => _splits.SeparationsAsync(cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Link>> LinksOfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        _links.OfAsync(identifiers, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Split>> SplitsAfterAsync(long sequence, CancellationToken cancellationToken) => _splits.AfterAsync(sequence, cancellationToken);

    /// <inheritdoc />
    public Task<Split?> FindSplitAsync(long sequence, CancellationToken cancellationToken) => _splits.FindAsync(sequence, cancellationToken);

    /// <inheritdoc />
    public async Task<IdentitySequences> SequencesAsync(CancellationToken cancellationToken)
    {
        // Whoever asks goes on from here: a commit that was cancelled in the middle is carried out first.
        await stage.SettleAsync(cancellationToken);
        return new IdentitySequences(stage.Positions.GetValue(LastMerge, 0L).AsInt64, stage.Positions.GetValue(LastTie, 0L).AsInt64);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> erased = [];
        await stage.CommitAsync(
            async (_, stop) =>
            {
                var canonical = (await CanonicalAsync([id], stop))[id];
                var person = (await LoadAsync([canonical], stop)).GetValueOrDefault(canonical);
                var absorbed = await AbsorbedAsync(canonical, stop);
                if (person is null && absorbed.Count == 0)
                    return null;
                erased = [canonical, .. absorbed];
                return new StageCommit(
                [
                    .. await _splits.ForgetAsync(erased, person, stop),
                    .. (await _links.IdsOfAsync([.. (person?.Identifiers ?? []).Select(i => i.Key)], stop)).Select(l => DocumentWrite.Delete(MongoLinks.Links, l)),
                    .. erased.Select(e => DocumentWrite.Delete(MongoTies.Founders, e)),
                    .. (await _ties.IdsOfAsync(erased, stop)).Select(t => DocumentWrite.Delete(MongoTies.Ties, t)),
                    DocumentWrite.Delete("persons", canonical),
                    .. (person?.Identifiers ?? []).Select(i => DocumentWrite.Delete("identifiers", Id(i.Key))),
                    .. absorbed.Select(a => DocumentWrite.Delete("absorbed", a)),
                    .. (await MergesNamingAsync(erased, stop)).Select(m => DocumentWrite.Delete("merges", m)),
                ]);
            },
            cancellationToken);
        await stage.PurgeAsync(cancellationToken);
        return erased;
    }

    private async Task<IEnumerable<BsonValue>> MergesNamingAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var any = new BsonDocument("$in", new BsonArray(ids));
        var found = await _merges.Find(new BsonDocument("$or", new BsonArray { new BsonDocument("absorbed", any), new BsonDocument("survivor", any) }))
            .Project<BsonDocument>(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);
        return found.Select(d => d["_id"]);
    }

    private async Task<StageCommit> CommitOfAsync(IdentityChanges changes, CancellationToken cancellationToken)
    {
        var added = changes.Added.Select(a => Id(a.Identifier.Key)).ToList();
        if (await _identifiers.Find(new BsonDocument { { "_id", new BsonDocument("$in", new BsonArray(added)) }, { "person", new BsonDocument("$exists", true) } }).AnyAsync(cancellationToken))
            throw new InvalidOperationException("An identifier is held already.");
        var persons = await PersonsAfterAsync(changes, cancellationToken);
        var absorbed = await AbsorbedAfterAsync(changes.Merges, cancellationToken);
        return new StageCommit(
            [
                .. persons.Select(p => p.Value is { } person ? DocumentWrite.Put("persons", p.Key, ToDocument(person)) : DocumentWrite.Delete("persons", p.Key)),
                .. changes.Added.Select((a, i) => DocumentWrite.Put("identifiers", added[i], new BsonDocument("person", a.PersonId))),
                .. changes.Created.Select(MongoTies.Put),
                .. changes.Ties.Select(t => MongoTies.Put(t.PersonId, t.Tie)),
                .. changes.Merges.Select(Put),
                .. absorbed.Select(a => DocumentWrite.Put("absorbed", a.Key, new BsonDocument("person", a.Value))),
                .. (await _links.NotStoredAsync(changes.Links, cancellationToken)).Select(MongoLinks.Put),
            ],
            Positions(changes));
    }

    private static BsonDocument? Positions(IdentityChanges changes)
    {
        var positions = new BsonDocument();
        if (changes.Merges is [.., var merge])
            positions[LastMerge] = merge.Sequence;
        if (changes.Ties.Count > 0)
            positions[LastTie] = changes.Ties.Max(t => t.Tie.Sequence);
        return positions.ElementCount > 0 ? positions : null;
    }

    /// <summary>Persons that a batch changes, as they are afterwards; null where one was absorbed.</summary>
    private async Task<Dictionary<string, StoredPerson?>> PersonsAfterAsync(IdentityChanges changes, CancellationToken cancellationToken)
    {
        var touched = changes.Added.Select(a => a.PersonId).Concat(changes.Merges.SelectMany(m => new[] { m.SurvivorId, m.AbsorbedId }));
        var stored = await LoadAsync(touched.Except(changes.Created.Select(c => c.Id)).ToHashSet(), cancellationToken);
        var persons = stored.ToDictionary(p => p.Key, p => (StoredPerson?)p.Value);
        foreach (var founder in changes.Created)
            persons[founder.Id] = new StoredPerson(founder.Id, founder.CreatedAt, [], [], 0);
        foreach (var group in changes.Added.GroupBy(a => a.PersonId))
            persons[group.Key] = With(persons[group.Key]!, group.Select(a => a.Identifier));
        foreach (var merge in changes.Merges)
        {
            persons[merge.SurvivorId] = With(persons[merge.SurvivorId]!, persons[merge.AbsorbedId]!.Identifiers);
            persons[merge.AbsorbedId] = null;
        }
        return persons;

        static StoredPerson With(StoredPerson person, IEnumerable<StoredIdentifier> identifiers) => person with { Identifiers = [.. person.Identifiers, .. identifiers] };
    }

    /// <summary>Who absorbed whom, as far as merges change it.</summary>
    private async Task<Dictionary<string, string>> AbsorbedAfterAsync(IReadOnlyList<Merge> merges, CancellationToken cancellationToken)
    {
        var after = new Dictionary<string, string>();
        if (merges.Count == 0)
            return after;
        var stored = await _absorbed.Find(new BsonDocument("person", new BsonDocument("$in", new BsonArray(merges.Select(m => m.AbsorbedId))))).ToListAsync(cancellationToken);
        var byPerson = stored.GroupBy(d => d["person"].AsString, d => d["_id"].AsString).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var merge in merges)
        {
            var all = byPerson.GetValueOrDefault(merge.AbsorbedId, []);
            all.Add(merge.AbsorbedId);
            byPerson.Remove(merge.AbsorbedId);
            byPerson[merge.SurvivorId] = [.. byPerson.GetValueOrDefault(merge.SurvivorId, []), .. all];
            foreach (var id in all)
                after[id] = merge.SurvivorId;
        }
        return after;
    }

    private async Task<Dictionary<string, string>> CanonicalAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var canonical = ids.ToDictionary(id => id);
        foreach (var absorbed in await _absorbed.Find(In(ids)).ToListAsync(cancellationToken))
        {
            if (absorbed.TryGetValue("person", out var person))
                canonical[absorbed["_id"].AsString] = person.AsString;
        }
        return canonical;
    }

    private async Task<Dictionary<string, StoredPerson>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var documents = await _persons.Find(In(ids)).ToListAsync(cancellationToken);
        var persons = documents.Where(d => d.Contains("identifiers")).Select(FromDocument).ToDictionary(p => p.Id);
        var absorbed = (await _absorbed.FindInAsync("person", persons.Keys, [], null, cancellationToken)).ToLookup(d => d["person"].AsString, d => d["_id"].AsString);
        var ties = await _ties.HashesOfAsync([.. persons.Keys, .. absorbed.SelectMany(a => a)], cancellationToken);
        return persons.ToDictionary(p => p.Key, p => p.Value with
        {
            Absorbed = absorbed[p.Key].Count(),
            Ties = [.. absorbed[p.Key].Prepend(p.Key).SelectMany(id => ties[id])],
        });
    }

    private static BsonDocument In(IEnumerable<string> ids) => new("_id", new BsonDocument("$in", new BsonArray(ids)));

    // Identifiers are personal, and may be longer than a key may be.
    internal static string Id(IdentifierKey key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Type}\0{key.Value}")));

    private static List<Merge> Merges(List<BsonDocument> documents) => [.. documents.Select(d => Merge.Parser.ParseFrom(d["merge"].AsByteArray))];

    internal static DocumentWrite Put(Merge merge) => DocumentWrite.Put(
        "merges", merge.Sequence, new BsonDocument { { "absorbed", merge.AbsorbedId }, { "survivor", merge.SurvivorId }, { "merge", merge.ToByteArray() } });

    internal static BsonDocument ToDocument(StoredPerson person) => new()
    {
        { "created_at", person.CreatedAt },
        {
            "identifiers", new BsonArray(person.Identifiers.Select(i => new BsonDocument
            {
                { "type", i.Key.Type }, { "value", i.Key.Value }, { "created_at", i.CreatedAt }, { "source_id", i.SourceId }, { "message_id", i.MessageId },
            }))
        },
    };

    internal static StoredPerson FromDocument(BsonDocument document) => new(
        document["_id"].AsString,
        document["created_at"].AsInt64,
        [
            .. document["identifiers"].AsBsonArray.Select(i => new StoredIdentifier(
                new IdentifierKey(i["type"].AsString, i["value"].AsString), i["created_at"].AsInt64, i["source_id"].AsString, i["message_id"].AsString)),
        ],
        [],
        0);
}
