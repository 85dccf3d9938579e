using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>Numbers and sizes of segments, as they are stored and as a commit changes them.</summary>
internal sealed class StoredSegments
{
    private readonly Dictionary<string, (long Number, long Size)> _byKey;
    private readonly Dictionary<long, string> _keys;
    private readonly HashSet<string> _resized = new(StringComparer.Ordinal);

    private StoredSegments(Dictionary<string, (long Number, long Size)> byKey)
    {
        _byKey = byKey;
        _keys = byKey.ToDictionary(s => s.Value.Number, s => s.Key);
    }

    public static async Task<StoredSegments> ReadAsync(MongoStage stage, CancellationToken cancellationToken)
    {
        var documents = await stage.Collection(MongoSegmentSearchSchema.Segments).Find(new BsonDocument("number", new BsonDocument("$exists", true)))
            .Project(new BsonDocument { { "number", 1 }, { "size", 1 } }).ToListAsync(cancellationToken);
        return new StoredSegments(documents.ToDictionary(d => d["_id"].AsString, d => (d["number"].AsInt64, d["size"].AsInt64), StringComparer.Ordinal));
    }

    /// <summary>Number of a segment; null where there is none of the key.</summary>
    public long? NumberOf(string key) => _byKey.TryGetValue(key, out var segment) ? segment.Number : null;

    /// <summary>Key of a segment; null where it was deleted.</summary>
    public string? KeyOf(long number) => _keys.GetValueOrDefault(number);

    public long SizeOf(string key) => _byKey[key].Size;

    public void Add(string key, long number)
    {
        _byKey[key] = (number, 0);
        _keys[number] = key;
    }

    public void Remove(string key)
    {
        if (_byKey.Remove(key, out var segment))
            _keys.Remove(segment.Number);
    }

    public void Grow(long number, long by)
    {
        if (KeyOf(number) is not { } key || by == 0)
            return;
        _byKey[key] = (number, _byKey[key].Size + by);
        _resized.Add(key);
    }

    /// <summary>Writes of the sizes that changed, but for one segment.</summary>
    public IEnumerable<DocumentWrite> Sizes(string? except) => _resized.Where(key => key != except).Select(key => DocumentWrite.Change(
        MongoSegmentSearchSchema.Segments, key, new BsonDocument("$set", new BsonDocument("size", _byKey[key].Size))));
}
