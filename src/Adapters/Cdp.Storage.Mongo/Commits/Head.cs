using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// A stage's one document in <c>heads</c>: who owns the stage, and its last commit. Changing it by compare-and-set on fence
/// and round is the moment at which a commit happens.
/// </summary>
/// <param name="Fence">Grows with each change of owner.</param>
/// <param name="Round">Number of the last commit.</param>
/// <param name="CommitFence">Fence of the owner that made it.</param>
/// <param name="Writes">Writes of the last commit, where they are few.</param>
/// <param name="Chunks">Number of documents in the journal that hold them otherwise.</param>
/// <param name="Positions">Positions and counters that go with the commit.</param>
internal sealed record Head(long Fence, long Round, long CommitFence, BsonArray Writes, int Chunks, BsonDocument Positions)
{
    /// <summary>Where heads are.</summary>
    public const string Collection = "heads";

    /// <summary>Leaves out what a commit holds, which may be large.</summary>
    public static BsonDocument Ownership { get; } = new() { { "fence", 1 }, { "owner", 1 }, { "beat", 1 }, { "round", 1 }, { "commit_fence", 1 } };

    /// <summary>Filter for a stage's head.</summary>
    public static BsonDocument Of(string stage) => new("_id", stage);

    public static Head From(BsonDocument document) => new(
        document["fence"].AsInt64,
        document["round"].AsInt64,
        document["commit_fence"].AsInt64,
        document["writes"].AsBsonArray,
        document["chunks"].AsInt32,
        document["positions"].AsBsonDocument);

    public static BsonDocument First(string stage, string owner) => new()
    {
        { "_id", stage }, { "fence", 1L }, { "owner", owner }, { "beat", 0L }, { "round", 0L }, { "commit_fence", 0L },
        { "writes", new BsonArray() }, { "chunks", 0 }, { "positions", new BsonDocument() },
    };
}
