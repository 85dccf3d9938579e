using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Cdp.Storage.Mongo.Commits;
using Microsoft.AspNetCore.DataProtection.Repositories;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>
/// The keys that encrypt secrets at rest, in MongoDB. Not written by commits of the stage: keys are only ever added, each by
/// itself, and a former owner's is as good as any.
/// </summary>
public sealed class MongoKeyRing(MongoStage stage) : IXmlRepository
{
    private readonly IMongoCollection<BsonDocument> _keys = stage.Collection(MongoActivationSchema.Keys);

    /// <inheritdoc />
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. _keys.Find(new BsonDocument("xml", new BsonDocument("$exists", true))).ToList().Select(document => XElement.Parse(document["xml"].AsString))];

    /// <inheritdoc />
    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = element.ToString(SaveOptions.DisableFormatting);
        // The name need not be unique.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(xml)));
        _keys.ReplaceOne(new BsonDocument("_id", id), new BsonDocument { { "_id", id }, { "name", friendlyName ?? "" }, { "xml", xml } }, new ReplaceOptions { IsUpsert = true });
    }
}
