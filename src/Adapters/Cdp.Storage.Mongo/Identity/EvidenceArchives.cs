using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Identity.Ties;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>What persons were made of, and what was taken apart, as records.</summary>
internal sealed class EvidenceArchives(MongoStage stage)
{
    private const int PageRecords = 1000;

    /// <summary>The archives.</summary>
    public IReadOnlyList<IArchive> Archives =>
    [
        Of(MongoTies.Founders, "created_at", d => EvidenceRecords.Of(MongoTies.FromDocument(d)), (FounderRecord r) => MongoTies.Put(EvidenceRecords.From(r))),
        Of(MongoTies.Ties, "tie", d => new TieRecord { PersonId = d["person"].AsString, Tie = Tie.Parser.ParseFrom(d["tie"].AsByteArray) }, r => MongoTies.Put(r.PersonId, r.Tie)),
        Of(MongoSplits.Pairs, "split", d => EvidenceRecords.Of(MongoSplits.ToSeparation(d)), (SeparationRecord r) => MongoSplits.Put(EvidenceRecords.From(r))),
        Of(MongoSplits.Splits, "split", d => Split.Parser.ParseFrom(d["split"].AsByteArray), MongoSplits.Put),
        Of(MongoLinks.Links, "link", MongoLinks.FromDocument, MongoLinks.Put),
    ];

    // What is left of a deleted document lacks the field.
    private Archive<T> Of<T>(string kind, string field, Func<BsonDocument, T> read, Func<T, DocumentWrite> put)
        where T : IMessage<T>, new() => new(
        IdentityModule.Name,
        kind,
        async (cursor, stop) =>
        {
            var filter = new BsonDocument(field, new BsonDocument("$exists", true));
            if (cursor.Length > 0)
                filter["_id"] = new BsonDocument("$gt", kind == MongoSplits.Splits ? long.Parse(cursor, CultureInfo.InvariantCulture) : cursor);
            var found = await stage.Collection(kind).Find(filter).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(stop);
            return new RecordPage<T>([.. found.Select(read)], found.Count == PageRecords ? found[^1]["_id"].ToString() : null);
        },
        (records, stop) => stage.CommitAsync([.. records.Select(put)], null, stop));
}
