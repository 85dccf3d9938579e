using System.Globalization;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>What persons were made of: founders, and ties under the person that they were made for.</summary>
internal sealed class MongoTies(MongoStage stage)
{
    public const string Founders = "founders";
    public const string Ties = "ties";
    private readonly IMongoCollection<BsonDocument> _founders = stage.Collection(Founders);
    private readonly IMongoCollection<BsonDocument> _ties = stage.Collection(Ties);

    public static DocumentWrite Put(Founder founder) => DocumentWrite.Put(
        Founders, founder.Id, new BsonDocument { { "created_at", founder.CreatedAt }, { "type", founder.First.Type }, { "value", founder.First.Value } });

    public static DocumentWrite Put(string personId, Tie tie)
    {
        var hash = unchecked((long)TieHash.Of(TieKeys.Of(tie)));
        // Parts of one tie have its sequence, and other identifiers.
        var id = string.Create(CultureInfo.InvariantCulture, $"{tie.Sequence}-{hash:x}");
        return DocumentWrite.Put(Ties, id, new BsonDocument { { "person", personId }, { "hash", hash }, { "tie", tie.ToByteArray() } });
    }

    public async Task<IReadOnlyList<Founder>> FoundersAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        [.. (await _founders.FindInAsync("_id", ids, [], null, cancellationToken)).Where(d => d.Contains("created_at")).Select(FromDocument).OrderBy(f => f.Id, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<Tie>> OfAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        [.. (await _ties.FindInAsync("person", ids, [], null, cancellationToken)).Select(d => Tie.Parser.ParseFrom(d["tie"].AsByteArray)).OrderBy(t => t.Sequence)];

    /// <summary>Names of the ties' documents.</summary>
    public async Task<IReadOnlyList<BsonValue>> IdsOfAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        [.. (await _ties.FindInAsync("person", ids, [], new BsonDocument("_id", 1), cancellationToken)).Select(d => d["_id"])];

    public async Task<ILookup<string, ulong>> HashesOfAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        (await _ties.FindInAsync("person", ids, [], new BsonDocument { { "person", 1 }, { "hash", 1 } }, cancellationToken))
            .ToLookup(d => d["person"].AsString, d => unchecked((ulong)d["hash"].AsInt64));

    public static Founder FromDocument(BsonDocument document) =>
        new(document["_id"].AsString, document["created_at"].AsInt64, new IdentifierKey(document["type"].AsString, document["value"].AsString));
}
