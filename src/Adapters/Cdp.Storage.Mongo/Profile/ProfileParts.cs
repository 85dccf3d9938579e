using System.Text;
using Cdp.Contracts.Profile.V1;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Divides a profile that is larger than a document may be.</summary>
internal static class ProfileParts
{
    // Half of what MongoDB takes: a document is also sent within others, and the sizes of lists are estimates.
    private const int PartBytes = 8 * 1024 * 1024;

    // However short the names and values are, a document is never as many times larger as this is below a part.
    private const int SurelyFits = PartBytes / 32;

    /// <summary>Id of a profile's part; parts count from 1.</summary>
    public static string Id(string profileId, int part) => $"{profileId}/{part}";

    /// <summary>The profile's document, and the parts that it does not hold.</summary>
    public static (BsonDocument Document, IReadOnlyList<BsonDocument> Parts) Split(StoredProfile stored)
    {
        var document = ProfileMapping.ToBson(stored);
        if (stored.CalculateSize() <= SurelyFits)
            return (document, []);
        var lists = ProfileMapping.Lists.Where(document.Contains).Select(name => (Name: name, Values: document[name].AsBsonArray)).ToList();
        foreach (var (name, _) in lists)
            document.Remove(name);
        var parts = new List<BsonDocument>();
        var open = document;
        var bytes = 0;
        foreach (var (name, value) in lists.SelectMany(l => l.Values, (list, value) => (list.Name, value)))
        {
            var size = SizeOf(value);
            if (bytes > 0 && bytes + size > PartBytes)
            {
                parts.Add(open = []);
                bytes = 0;
            }
            if (!open.Contains(name))
                open[name] = new BsonArray();
            open[name].AsBsonArray.Add(value);
            bytes += size;
        }
        return (document, parts);
    }

    // With the value's type, and its place in the list as text.
    private static int SizeOf(BsonValue value) => 16 + (value is BsonDocument document ? document.ToBson().Length : Encoding.UTF8.GetByteCount(value.AsString));
}
