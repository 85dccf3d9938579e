using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Persons in MongoDB.</summary>
public sealed class MongoIdentityStore(MongoStage stage) : IIdentityStore
{
    internal const string LastMerge = "merge";
    internal const string LastTie = "tie";
    private readonly IMongoCollection<BsonDocument> _merges = stage.Collection("merges");
    private readonly MongoPersons _persons = new(stage);
    private readonly MongoTies _ties = new(stage);
    private readonly MongoSplits _splits = new(stage);
    private readonly MongoLinks _links = new(stage);

    /// <inheritdoc />
    public async Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        [.. (await _persons.LoadAsync(await _persons.HoldersAsync(identifiers, cancellationToken), cancellationToken)).Values];

    /// <inheritdoc />
    public async Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken)
    {
        var canonical = (await _persons.CanonicalAsync([id], cancellationToken))[id];
        return (await _persons.LoadAsync([canonical], cancellationToken)).GetValueOrDefault(canonical);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<string>> AbsorbedAsync(string id, CancellationToken cancellationToken) =>
        [.. (await _persons.AbsorbedByAsync([id], cancellationToken))[id].Order(StringComparer.Ordinal)];

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
            var former = (await _persons.LoadAsync([commit.Split.PersonId], stop))[commit.Split.PersonId];
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
                var canonical = (await _persons.CanonicalAsync([id], stop))[id];
                var person = (await _persons.LoadAsync([canonical], stop)).GetValueOrDefault(canonical);
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
                    DocumentWrite.Delete(MongoPersons.Persons, canonical),
                    .. (person?.Identifiers ?? []).Select(i => DocumentWrite.Delete(MongoPersons.Identifiers, MongoPersons.IdOf(i.Key))),
                    .. absorbed.Select(a => DocumentWrite.Delete(MongoPersons.Absorbed, a)),
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
        if ((await _persons.HoldersAsync(changes.Added.Select(a => a.Identifier.Key), cancellationToken)).Count > 0)
            throw new InvalidOperationException("An identifier is held already.");
        var absorbed = changes.Merges.Select(m => m.AbsorbedId).ToHashSet();
        return new StageCommit(
            [
                .. changes.Created.Where(f => !absorbed.Contains(f.Id)).Select(f => MongoPersons.Put(f.Id, f.CreatedAt)),
                .. absorbed.Select(id => DocumentWrite.Delete(MongoPersons.Persons, id)),
                .. changes.Added.Select(a => MongoPersons.Put(a.PersonId, a.Identifier)),
                .. changes.Created.Select(MongoTies.Put),
                .. changes.Ties.Select(t => MongoTies.Put(t.PersonId, t.Tie)),
                .. changes.Merges.Select(Put),
                .. (await AbsorbedAfterAsync(changes.Merges, cancellationToken)).Select(a => MongoPersons.PutAbsorbed(a.Key, a.Value)),
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

    /// <summary>Who absorbed whom, as far as merges change it.</summary>
    private async Task<Dictionary<string, string>> AbsorbedAfterAsync(IReadOnlyList<Merge> merges, CancellationToken cancellationToken)
    {
        var after = new Dictionary<string, string>();
        if (merges.Count == 0)
            return after;
        var byPerson = (await _persons.AbsorbedByAsync(merges.Select(m => m.AbsorbedId), cancellationToken)).ToDictionary(g => g.Key, g => g.ToList());
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

    private static List<Merge> Merges(List<BsonDocument> documents) => [.. documents.Select(d => Merge.Parser.ParseFrom(d["merge"].AsByteArray))];

    internal static DocumentWrite Put(Merge merge) => DocumentWrite.Put(
        "merges", merge.Sequence, new BsonDocument { { "absorbed", merge.AbsorbedId }, { "survivor", merge.SurvivorId }, { "merge", merge.ToByteArray() } });
}
