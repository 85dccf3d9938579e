using Cdp.Collection.Discards;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Mongo.Commits;
using Google.Protobuf;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Collection;

/// <summary>Discards in MongoDB: a document for each source and code, samples inside.</summary>
public sealed class MongoDiscardStore(MongoStage stage) : IDiscardStore
{
    private const string Discards = "discards";
    private const int Samples = 20;
    private readonly IMongoCollection<BsonDocument> _discards = stage.Collection(Discards);

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyCollection<DiscardTally> tallies, CancellationToken cancellationToken) => stage.CommitAsync(
        async (_, stop) =>
        {
            var stored = await _discards.Find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(tallies.Select(Id))))).ToListAsync(stop);
            var former = stored.ToDictionary(d => d["_id"].AsString, Map);
            return new StageCommit([.. tallies.Select(tally => DocumentWrite.Put(Discards, Id(tally), ToDocument(tally, former.GetValueOrDefault(Id(tally)))))]);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Discard>> ListAsync(string sourceId, CancellationToken cancellationToken) =>
    [
        .. (await _discards.Find(new BsonDocument("source", sourceId)).ToListAsync(cancellationToken)).Select(Map).OrderBy(discard => discard.Code, StringComparer.Ordinal),
    ];

    private static string Id(DiscardTally tally) => $"{tally.SourceId}/{tally.Code}";

    private static Discard Map(BsonDocument document) => Discard.Parser.ParseFrom(document["discard"].AsByteArray);

    private static BsonDocument ToDocument(DiscardTally tally, Discard? former)
    {
        var discard = new Discard { Code = tally.Code, Count = tally.Count + (former?.Count ?? 0), LastAt = tally.LastAt };
        discard.Samples.AddRange(tally.Samples.Reverse().Select(s => new DiscardSample { MessageId = s.MessageId, Detail = s.Detail, At = s.At }));
        discard.Samples.AddRange(former?.Samples.Take(Samples - discard.Samples.Count) ?? []);
        return new BsonDocument { { "source", tally.SourceId }, { "discard", discard.ToByteArray() } };
    }
}
