using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>What is to be stored together.</summary>
/// <param name="Writes">Changes of different documents, at most one of each.</param>
/// <param name="Positions">Fields of <see cref="MongoStage.Positions"/> that change; null where none does.</param>
public sealed record StageCommit(IReadOnlyCollection<DocumentWrite> Writes, BsonDocument? Positions = null);
