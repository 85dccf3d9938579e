using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>The audit trail as records: many at once, each under the sequence that it has.</summary>
internal sealed class AuditArchive(MongoStage stage) : IArchived
{
    private const int PageRecords = 1000;
    private readonly IMongoCollection<BsonDocument> _entries = stage.Collection(MongoAuditStore.Audit);

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives => [new Archive<AuditEntry>(GovernanceModule.Name, "audit", ReadAsync, WriteAsync)];

    private async Task<RecordPage<AuditEntry>> ReadAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var found = await _entries.Find(new BsonDocument("_id", new BsonDocument("$gt", after))).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        return new RecordPage<AuditEntry>(
            [.. found.Select(MongoAuditStore.Map)], found.Count == PageRecords ? found[^1]["_id"].AsInt64.ToString(CultureInfo.InvariantCulture) : null);
    }

    private Task WriteAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken) => stage.CommitAsync(
        [.. entries.Select(entry => DocumentWrite.Put(MongoAuditStore.Audit, entry.Sequence, MongoAuditStore.ToDocument(entry)))],
        new BsonDocument(MongoAuditStore.Audit, entries[^1].Sequence),
        cancellationToken);
}
