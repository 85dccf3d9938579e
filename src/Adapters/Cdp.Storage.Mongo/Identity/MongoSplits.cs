using System.Globalization;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Splitting;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Splits, and the pairs of identifiers that they separated.</summary>
internal sealed class MongoSplits(MongoStage stage)
{
    public const string Splits = "splits";
    public const string Pairs = "separations";
    private readonly IMongoCollection<BsonDocument> _splits = stage.Collection(Splits);
    private readonly IMongoCollection<BsonDocument> _separations = stage.Collection(Pairs);

    public async Task<IReadOnlyList<Split>> AfterAsync(long sequence, CancellationToken cancellationToken) =>
        [.. (await _splits.Find(new BsonDocument { { "_id", new BsonDocument("$gt", sequence) }, { "split", new BsonDocument("$exists", true) } })
            .Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken)).Select(FromDocument)];

    public async Task<Split?> FindAsync(long sequence, CancellationToken cancellationToken) =>
        await _splits.Find(new BsonDocument("_id", sequence)).FirstOrDefaultAsync(cancellationToken) is { } found ? FromDocument(found) : null;

    public async Task<IReadOnlyList<Separation>> SeparationsAsync(CancellationToken cancellationToken) =>
        [.. (await _separations.Find(new BsonDocument("split", new BsonDocument("$exists", true))).ToListAsync(cancellationToken)).Select(ToSeparation)];

    /// <summary>Replaces a person by the parts of a split.</summary>
    /// <param name="commit">What the split changes.</param>
    /// <param name="former">The person as stored.</param>
    /// <param name="ties">Names of its ties' documents.</param>
    /// <param name="undone">The merges that do not stand any more.</param>
    public StageCommit Commit(SplitCommit commit, StoredPerson former, IReadOnlyCollection<BsonValue> ties, IEnumerable<Merge> undone)
    {
        var split = commit.Split;
        var held = former.Identifiers.ToDictionary(i => i.Key);
        var writes = new Dictionary<(string, BsonValue), DocumentWrite>();
        Add(DocumentWrite.Delete(MongoPersons.Persons, former.Id));
        foreach (var tie in ties)
            Add(DocumentWrite.Delete(MongoTies.Ties, tie));
        foreach (var founder in commit.Created)
            Add(MongoTies.Put(founder));
        foreach (var part in split.Parts)
        {
            Add(DocumentWrite.Delete(MongoPersons.Absorbed, part.PersonId));
            Add(MongoPersons.Put(part.PersonId, part.CreatedAt));
            foreach (var identifier in part.Identifiers)
                Add(MongoPersons.Put(part.PersonId, held[TieKeys.Of(identifier)]));
            foreach (var id in part.AbsorbedIds)
                Add(MongoPersons.PutAbsorbed(id, part.PersonId));
        }
        foreach (var (personId, tie) in commit.Ties)
            Add(MongoTies.Put(personId, tie));
        foreach (var separation in commit.Separations)
            Add(Put(separation));
        foreach (var merge in undone)
        {
            merge.UndoneBy = split.Sequence;
            Add(MongoIdentityStore.Put(merge));
        }
        foreach (var merge in commit.Merges)
            Add(MongoIdentityStore.Put(merge));
        Add(Put(split));
        return new StageCommit([.. writes.Values], new BsonDocument(MongoIdentityStore.LastMerge, split.Sequence + commit.Merges.Count));

        // The later write of a document is the one that counts.
        void Add(DocumentWrite write) => writes[(write.Collection, write.Id)] = write;
    }

    /// <summary>Takes what is personal of an erased person out of its splits, and deletes its separations.</summary>
    public async Task<IEnumerable<DocumentWrite>> ForgetAsync(IReadOnlyCollection<string> ids, StoredPerson? person, CancellationToken cancellationToken)
    {
        var held = (person?.Identifiers ?? []).Select(i => i.Key).ToList();
        var values = held.Select(k => (k.Type, k.Value)).ToHashSet();
        var splits = await _splits.FindInAsync("persons", ids, [], null, cancellationToken);
        var left = await _separations.FindInAsync("left", held.Select(MongoPersons.IdOf), [], null, cancellationToken);
        var right = await _separations.FindInAsync("right", held.Select(MongoPersons.IdOf), [], null, cancellationToken);
        return
        [
            .. splits.DistinctBy(s => s["_id"]).Select(s => Put(SplitErasure.Without(FromDocument(s), values))),
            .. left.Concat(right).Select(s => s["_id"]).Distinct().Select(id => DocumentWrite.Delete(Pairs, id)),
        ];
    }

    public static DocumentWrite Put(Split split) => DocumentWrite.Put(
        Splits, split.Sequence, new BsonDocument { { "persons", new BsonArray(split.Parts.Select(p => p.PersonId)) }, { "split", split.ToByteArray() } });

    public static DocumentWrite Put(Separation separation) => DocumentWrite.Put(
        Pairs,
        string.Create(CultureInfo.InvariantCulture, $"{TieHash.Of(separation.Left, separation.Right):x16}"),
        new BsonDocument
        {
            { "left", MongoPersons.IdOf(separation.Left) },
            { "right", MongoPersons.IdOf(separation.Right) },
            { "identifiers", new BsonArray { separation.Left.Type, separation.Left.Value, separation.Right.Type, separation.Right.Value } },
            { "of_alias", separation.OfAlias },
            { "split", separation.Split },
        });

    public static Separation ToSeparation(BsonDocument document)
    {
        var identifiers = document["identifiers"].AsBsonArray;
        return new Separation(
            new IdentifierKey(identifiers[0].AsString, identifiers[1].AsString), new IdentifierKey(identifiers[2].AsString, identifiers[3].AsString),
            document["of_alias"].AsBoolean, document["split"].AsInt64);
    }

    private static Split FromDocument(BsonDocument document) => Split.Parser.ParseFrom(document["split"].AsByteArray);
}
