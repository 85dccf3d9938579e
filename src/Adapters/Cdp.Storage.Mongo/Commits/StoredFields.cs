using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>Fields that every document has beside its own.</summary>
public static class StoredFields
{
    /// <summary>Number of the commit that wrote the document last. A write with an earlier or equal number changes nothing.</summary>
    public const string Version = "v";

    /// <summary>
    /// When the document was deleted. What is left of it keeps a late write of a former owner from bringing it back, and
    /// expires after <see cref="GoneFor"/>.
    /// </summary>
    public const string Gone = "gone";

    /// <summary>How long the trace of a deleted document stays: longer than any process could hang and wake up again.</summary>
    public static readonly TimeSpan GoneFor = TimeSpan.FromDays(1);

    /// <summary>Matches documents that were not deleted. Needed only where nothing else in a filter does.</summary>
    public static FilterDefinition<BsonDocument> Present { get; } = new BsonDocument(Gone, BsonNull.Value);
}
