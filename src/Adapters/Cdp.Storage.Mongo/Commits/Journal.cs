using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>Writes of commits that are too large for the head, from before their commit until they are carried out.</summary>
internal sealed class Journal(IMongoDatabase database, string stage)
{
    private const int ChunkBytes = 8 * 1024 * 1024;
    private const int LargestWrite = 15 * 1024 * 1024;
    private const int Frame = 256;
    private readonly IMongoCollection<BsonDocument> _chunks = database.GetCollection<BsonDocument>("journal");

    /// <summary>Bytes that a write takes in the journal, or somewhat less.</summary>
    /// <exception cref="ArgumentException">It is too large for any document.</exception>
    public static int Size(BsonDocument write)
    {
        var bytes = (write["d"] as BsonBinaryData)?.Bytes.Length ?? 0;
        return bytes <= LargestWrite ? bytes + Frame : throw new ArgumentException($"A document of {write["c"]} would have {bytes} bytes; the most is {LargestWrite}.");
    }

    /// <summary>Stores the writes of a round; returns the number of documents.</summary>
    public async Task<int> WriteAsync(long fence, long round, IReadOnlyList<BsonDocument> writes, CancellationToken cancellationToken)
    {
        var count = 0;
        // One at a time: together they may be larger than a message. Replaced where they were written before an answer got lost.
        foreach (var chunk in Chunk(writes))
        {
            var id = Id(fence, round, count++);
            var document = new BsonDocument { { "_id", id }, { "stage", stage }, { "fence", fence }, { "round", round }, { "writes", chunk } };
            await _chunks.ReplaceOneAsync(new BsonDocument("_id", id), document, new ReplaceOptions { IsUpsert = true }, cancellationToken);
        }
        return count;
    }

    /// <summary>Reads the writes of a round that happened.</summary>
    public async Task<List<DocumentWrite>> ReadAsync(long fence, long round, int count, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        for (var i = 0; i < count; i++)
        {
            var chunk = await _chunks.Find(new BsonDocument("_id", Id(fence, round, i))).FirstOrDefaultAsync(cancellationToken)
                ?? throw new InvalidOperationException($"{MongoServer.Setting}: the journal of {stage} lacks part {i} of round {round}; it was removed by hand, or the database was restored in part.");
            writes.AddRange(chunk["writes"].AsBsonArray.Select(w => DocumentWrite.FromJournal(w.AsBsonDocument)));
        }
        return writes;
    }

    /// <summary>Removes what the stage has here, except for the round given: earlier ones are carried out, and former owners' never happened.</summary>
    public Task ClearAsync(long fence, long round, CancellationToken cancellationToken) => _chunks.DeleteManyAsync(
        new BsonDocument
        {
            { "stage", stage },
            { "$or", new BsonArray { new BsonDocument("fence", new BsonDocument("$lt", fence)), new BsonDocument { { "fence", fence }, { "round", new BsonDocument("$lt", round) } } } },
        },
        cancellationToken);

    private static IEnumerable<BsonArray> Chunk(IReadOnlyList<BsonDocument> writes)
    {
        var chunk = new BsonArray();
        var bytes = 0;
        foreach (var write in writes)
        {
            var size = Size(write);
            if (bytes + size > ChunkBytes && chunk.Count > 0)
            {
                yield return chunk;
                (chunk, bytes) = ([], 0);
            }
            chunk.Add(write);
            bytes += size;
        }
        yield return chunk;
    }

    private string Id(long fence, long round, int chunk) => $"{stage}/{fence}/{round}/{chunk}";
}
