using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// Carries out the writes of a commit. Each document is guarded by the commit's number, so that any part may be repeated, by
/// this process or its successor, and changes nothing the second time.
/// </summary>
internal sealed class CommitApplier(Func<string, IMongoCollection<BsonDocument>> collections, TimeProvider time)
{
    private const int BulkWrites = 1000;
    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    public async Task ApplyAsync(IReadOnlyCollection<DocumentWrite> writes, long version, CancellationToken cancellationToken)
    {
        foreach (var collection in writes.GroupBy(w => w.Collection))
        {
            foreach (var bulk in collection.Chunk(BulkWrites))
                await BulkAsync(collections(collection.Key), [.. bulk.Select(w => Model(w, version))], cancellationToken);
        }
    }

    private static async Task BulkAsync(IMongoCollection<BsonDocument> collection, WriteModel<BsonDocument>[] models, CancellationToken cancellationToken)
    {
        try
        {
            await collection.BulkWriteAsync(models, Unordered, cancellationToken);
        }
        catch (MongoBulkWriteException<BsonDocument> exception) when (
            exception.WriteConcernError is null && exception.WriteErrors.All(e => e.Category == ServerErrorCategory.DuplicateKey))
        {
            // The document exists and is as new as this commit, or newer: the guard did not match, and the upsert met it.
        }
    }

    private WriteModel<BsonDocument> Model(DocumentWrite write, long version)
    {
        var older = new BsonDocument { { "_id", write.Id }, { StoredFields.Version, new BsonDocument("$lt", version) } };
        return write.Kind switch
        {
            WriteKind.Put => Replace(new BsonDocument(write.Content!) { ["_id"] = write.Id, [StoredFields.Version] = version }),
            WriteKind.Change => new UpdateOneModel<BsonDocument>(older, Operators(write.Content!, version)) { IsUpsert = true },
            WriteKind.Delete => Replace(new BsonDocument { { "_id", write.Id }, { StoredFields.Version, version }, { StoredFields.Gone, time.GetUtcNow().UtcDateTime } }),
            _ => throw new InvalidOperationException($"A write of kind {write.Kind} is unknown."),
        };

        ReplaceOneModel<BsonDocument> Replace(BsonDocument document) => new(older, document) { IsUpsert = true };
    }

    private static BsonDocument Operators(BsonDocument content, long version)
    {
        var operators = new BsonDocument(content);
        operators["$set"] = new BsonDocument(operators.GetValue("$set", new BsonDocument()).AsBsonDocument) { [StoredFields.Version] = version };
        // A document that was deleted and comes again is there again.
        operators["$unset"] = new BsonDocument(operators.GetValue("$unset", new BsonDocument()).AsBsonDocument) { [StoredFields.Gone] = "" };
        return operators;
    }
}
