using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Events set aside.</summary>
internal sealed class MongoDeadLetters(MongoStage stage)
{
    private static readonly BsonDocument NewestFirst = new() { { "failed_at", -1 }, { "p", -1 }, { "o", -1 } };
    private readonly IMongoCollection<BsonDocument> _letters = stage.Collection(MongoProfileSchema.DeadLetters);

    public static string Id(FeedPosition position) => $"{position.Partition}-{position.Offset}";

    public static BsonDocument ToBson(DeadLetter letter) => new()
    {
        { "failed_at", letter.FailedAt },
        { "p", letter.Position.Partition },
        { "o", letter.Position.Offset },
        { "message_id", letter.MessageId },
        { "source_id", letter.SourceId },
        { "error", letter.Error },
    };

    public async Task<IReadOnlyList<DeadLetter>> ListAsync(int limit, PageCursor before, CancellationToken cancellationToken)
    {
        var earlier = new BsonDocument("$or", new BsonArray
        {
            new BsonDocument("failed_at", new BsonDocument("$lt", before.At)),
            new BsonDocument { { "failed_at", before.At }, { "p", new BsonDocument("$lt", before.Partition) } },
            new BsonDocument { { "failed_at", before.At }, { "p", before.Partition }, { "o", new BsonDocument("$lt", before.Offset) } },
        });
        return [.. (await _letters.Find(earlier).Sort(NewestFirst).Limit(limit).ToListAsync(cancellationToken)).Select(FromBson)];
    }

    public async Task<DeadLetter?> FindAsync(FeedPosition position, CancellationToken cancellationToken) =>
        await _letters.Find(new BsonDocument { { "_id", Id(position) }, { "failed_at", new BsonDocument("$exists", true) } }).FirstOrDefaultAsync(cancellationToken) is { } letter
            ? FromBson(letter)
            : null;

    public async Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var pruned = 0;
        await stage.CommitAsync(
            async (_, stop) =>
            {
                var old = await _letters.Find(new BsonDocument("failed_at", new BsonDocument("$lt", before))).Limit(limit)
                    .Project(new BsonDocument("_id", 1)).ToListAsync(stop);
                pruned = old.Count;
                return pruned > 0 ? new StageCommit([.. old.Select(letter => DocumentWrite.Delete(MongoProfileSchema.DeadLetters, letter["_id"]))]) : null;
            },
            cancellationToken);
        return pruned;
    }

    private static DeadLetter FromBson(BsonDocument document) => new()
    {
        Id = document["_id"].AsString,
        Position = TimelineMapping.PositionOf(document),
        FailedAt = document["failed_at"].AsInt64,
        MessageId = document["message_id"].AsString,
        SourceId = document["source_id"].AsString,
        Error = document["error"].AsString,
    };
}
