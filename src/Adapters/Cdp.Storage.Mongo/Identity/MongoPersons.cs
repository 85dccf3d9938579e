using System.Security.Cryptography;
using System.Text;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>
/// Persons and their identifiers, each a document of its own, so that the size of a person does not matter. An identifier stays
/// with the person that it was added to; who absorbed that one is looked up.
/// </summary>
internal sealed class MongoPersons(MongoStage stage)
{
    public const string Persons = "persons";
    public const string Identifiers = "identifiers";
    public const string Absorbed = "absorbed";
    private readonly IMongoCollection<BsonDocument> _persons = stage.Collection(Persons);
    private readonly IMongoCollection<BsonDocument> _identifiers = stage.Collection(Identifiers);
    private readonly IMongoCollection<BsonDocument> _absorbed = stage.Collection(Absorbed);
    private readonly MongoTies _ties = new(stage);

    public static DocumentWrite Put(string id, long createdAt) => DocumentWrite.Put(Persons, id, new BsonDocument("created_at", createdAt));

    public static DocumentWrite Put(string person, StoredIdentifier identifier) => DocumentWrite.Put(Identifiers, IdOf(identifier.Key), new BsonDocument
    {
        { "person", person },
        { "type", identifier.Key.Type },
        { "value", identifier.Key.Value },
        { "created_at", identifier.CreatedAt },
        { "source_id", identifier.SourceId },
        { "message_id", identifier.MessageId },
    });

    public static DocumentWrite PutAbsorbed(string id, string by) => DocumentWrite.Put(Absorbed, id, new BsonDocument("person", by));

    // Identifiers are personal, and may be longer than a key may be.
    public static string IdOf(IdentifierKey key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Type}\0{key.Value}")));

    /// <summary>Canonical ids of those who hold any of the identifiers.</summary>
    public async Task<IReadOnlyCollection<string>> HoldersAsync(IEnumerable<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        // What is left of a deleted identifier names no person.
        var found = await _identifiers.FindInAsync("_id", identifiers.Select(IdOf), [], new BsonDocument("person", 1), cancellationToken);
        var holders = found.Where(d => d.Contains("person")).Select(d => d["person"].AsString).ToHashSet();
        return (await CanonicalAsync(holders, cancellationToken)).Values.ToHashSet();
    }

    /// <summary>For each id the person that it is today.</summary>
    public async Task<Dictionary<string, string>> CanonicalAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var canonical = ids.ToDictionary(id => id);
        foreach (var absorbed in await _absorbed.FindInAsync("_id", ids, [], null, cancellationToken))
        {
            if (absorbed.TryGetValue("person", out var person))
                canonical[absorbed["_id"].AsString] = person.AsString;
        }
        return canonical;
    }

    /// <summary>Ids that each of the persons has absorbed.</summary>
    public async Task<ILookup<string, string>> AbsorbedByAsync(IEnumerable<string> ids, CancellationToken cancellationToken) =>
        (await _absorbed.FindInAsync("person", ids, [], null, cancellationToken)).ToLookup(d => d["person"].AsString, d => d["_id"].AsString);

    /// <summary>Persons by canonical id.</summary>
    public async Task<Dictionary<string, StoredPerson>> LoadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = await _persons.FindInAsync("_id", ids, [], null, cancellationToken);
        // What is left of a deleted person has no time.
        var createdAt = found.Where(d => d.Contains("created_at")).ToDictionary(d => d["_id"].AsString, d => d["created_at"].AsInt64);
        var absorbed = await AbsorbedByAsync(createdAt.Keys, cancellationToken);
        List<string> family = [.. createdAt.Keys, .. absorbed.SelectMany(a => a)];
        var (finding, tied) = (_identifiers.FindInAsync("person", family, [], null, cancellationToken), _ties.HashesOfAsync(family, cancellationToken));
        await Task.WhenAll(finding, tied);
        var (identifiers, ties) = ((await finding).ToLookup(d => d["person"].AsString, ToIdentifier), await tied);
        return createdAt.ToDictionary(p => p.Key, p =>
        {
            List<string> own = [p.Key, .. absorbed[p.Key]];
            return new StoredPerson(p.Key, p.Value, [.. own.SelectMany(id => identifiers[id])], [.. own.SelectMany(id => ties[id])], own.Count - 1);
        });
    }

    private static StoredIdentifier ToIdentifier(BsonDocument document) => new(
        new IdentifierKey(document["type"].AsString, document["value"].AsString),
        document["created_at"].AsInt64, document["source_id"].AsString, document["message_id"].AsString);
}
