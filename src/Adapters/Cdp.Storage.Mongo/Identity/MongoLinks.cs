using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Links, one document for each pair of identifiers.</summary>
internal sealed class MongoLinks(MongoStage stage)
{
    public const string Links = "links";
    private readonly IMongoCollection<BsonDocument> _links = stage.Collection(Links);

    public static DocumentWrite Put(Link link) => DocumentWrite.Put(Links, Id(link), new BsonDocument
    {
        { "anonymous", MongoIdentityStore.Id(TieKeys.Of(link.Anonymous)) }, { "known", MongoIdentityStore.Id(TieKeys.Of(link.Known)) }, { "link", link.ToByteArray() },
    });

    public static Link FromDocument(BsonDocument document) => Link.Parser.ParseFrom(document["link"].AsByteArray);

    /// <summary>Links whose two identifiers are not linked yet.</summary>
    public async Task<IEnumerable<Link>> NotStoredAsync(IReadOnlyList<Link> links, CancellationToken cancellationToken)
    {
        if (links.Count == 0)
            return [];
        var stored = (await _links.FindInAsync("_id", links.Select(Id), [], new BsonDocument("link", 1), cancellationToken))
            .Where(d => d.Contains("link")).Select(d => d["_id"].AsString).ToHashSet();
        return links.Where(l => !stored.Contains(Id(l)));
    }

    /// <summary>Links that name any of the identifiers, each once, oldest event first.</summary>
    public async Task<IReadOnlyList<Link>> OfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        [.. (await NamingAsync(identifiers, null, cancellationToken)).Select(FromDocument).OrderBy(l => l.Timestamp)];

    /// <summary>Names of those links' documents.</summary>
    public async Task<IEnumerable<BsonValue>> IdsOfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        (await NamingAsync(identifiers, new BsonDocument("_id", 1), cancellationToken)).Select(d => d["_id"]);

    private async Task<IEnumerable<BsonDocument>> NamingAsync(IReadOnlyCollection<IdentifierKey> identifiers, BsonDocument? fields, CancellationToken cancellationToken)
    {
        var ids = identifiers.Select(MongoIdentityStore.Id).ToList();
        var anonymous = await _links.FindInAsync("anonymous", ids, [], fields, cancellationToken);
        var known = await _links.FindInAsync("known", ids, [], fields, cancellationToken);
        return anonymous.Concat(known).DistinctBy(d => d["_id"]);
    }

    private static string Id(Link link) => $"{MongoIdentityStore.Id(TieKeys.Of(link.Anonymous))}-{MongoIdentityStore.Id(TieKeys.Of(link.Known))}";
}
