using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>One change of one document, as part of a commit. A commit names a document at most once.</summary>
/// <param name="Collection">Collection, without the stage's prefix.</param>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Kind">What happens to it.</param>
/// <param name="Content">The whole document, or update operators; null where it is deleted.</param>
public sealed record DocumentWrite(string Collection, BsonValue Id, WriteKind Kind, BsonDocument? Content)
{
    /// <summary>Replaces the document, or makes it.</summary>
    public static DocumentWrite Put(string collection, BsonValue id, BsonDocument document) => new(collection, id, WriteKind.Put, document);

    /// <summary>Changes the document by update operators, or makes it where there is none.</summary>
    public static DocumentWrite Change(string collection, BsonValue id, BsonDocument operators) => new(collection, id, WriteKind.Change, operators);

    /// <summary>Deletes the document.</summary>
    public static DocumentWrite Delete(string collection, BsonValue id) => new(collection, id, WriteKind.Delete, null);

    /// <summary>As it stands in the journal. The content is bytes there: update operators are no names of fields.</summary>
    internal BsonDocument ToJournal() =>
        new() { { "c", Collection }, { "i", Id }, { "k", (int)Kind }, { "d", Content is null ? BsonNull.Value : new BsonBinaryData(Content.ToBson()) } };

    /// <summary>Read from the journal.</summary>
    internal static DocumentWrite FromJournal(BsonDocument entry) => new(
        entry["c"].AsString, entry["i"], (WriteKind)entry["k"].AsInt32, entry["d"] is BsonBinaryData content ? BsonSerializer.Deserialize<BsonDocument>(content.Bytes) : null);
}

/// <summary>What a write does.</summary>
public enum WriteKind
{
    /// <summary>Replaces or makes the document.</summary>
    Put,

    /// <summary>Changes or makes the document.</summary>
    Change,

    /// <summary>Deletes the document.</summary>
    Delete,
}
