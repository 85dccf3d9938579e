using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>Positions of a stage as records.</summary>
/// <param name="stage">The stage.</param>
/// <param name="names">Which of them; a name that ends in <c>-</c> stands for all that begin with it. The others are counters that the store makes itself.</param>
internal sealed class PositionArchive(MongoStage stage, IReadOnlyList<string> names)
{
    /// <summary>The archive.</summary>
    public IArchive Archive => new Archive<PositionRecord>(stage.Name, "positions", ReadAsync, WriteAsync);

    // A position at 0 is the same as none.
    private Task<RecordPage<PositionRecord>> ReadAsync(string cursor, CancellationToken cancellationToken) => Task.FromResult(new RecordPage<PositionRecord>(
        [
            .. stage.Positions.Where(IsMoved).Select(position => new PositionRecord { Name = position.Name, Value = position.Value.AsInt64 })
                .Where(record => record.Value != 0).OrderBy(record => record.Name, StringComparer.Ordinal),
        ],
        null));

    private Task WriteAsync(IReadOnlyList<PositionRecord> records, CancellationToken cancellationToken) =>
        stage.CommitAsync([], new BsonDocument(records.Select(record => new BsonElement(record.Name, record.Value))), cancellationToken);

    private bool IsMoved(BsonElement position) =>
        names.Any(name => name.EndsWith('-') ? position.Name.StartsWith(name, StringComparison.Ordinal) : position.Name == name);
}
