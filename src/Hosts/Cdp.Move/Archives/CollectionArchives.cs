using Cdp.Archives;
using Cdp.Collection;
using Cdp.Collection.Discards;
using Cdp.Collection.Sources;
using Cdp.Contracts.Archive.V1;
using Google.Protobuf;

namespace Cdp.Move.Archives;

/// <summary>Sources, and what was discarded of theirs.</summary>
internal sealed class CollectionArchives(ISourceStore sources, IDiscardStore discards) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<SourceRecord>(CollectionModule.Name, "sources", ReadSourcesAsync, WriteSourcesAsync),
        new Archive<DiscardRecord>(CollectionModule.Name, "discards", ReadDiscardsAsync, WriteDiscardsAsync),
    ];

    private async Task<RecordPage<SourceRecord>> ReadSourcesAsync(string cursor, CancellationToken cancellationToken) =>
        new([.. (await sources.ListAsync(cancellationToken)).Select(ToRecord)], null);

    private async Task WriteSourcesAsync(IReadOnlyList<SourceRecord> records, CancellationToken cancellationToken)
    {
        foreach (var r in records)
            await sources.PutAsync(new StoredSource(r.Id, r.Name, r.Enabled, r.KeyHash.ToByteArray(), r.KeyHint, r.CreatedAt), cancellationToken);
    }

    private static SourceRecord ToRecord(StoredSource source) => new()
    {
        Id = source.Id,
        Name = source.Name,
        Enabled = source.Enabled,
        KeyHash = ByteString.CopyFrom(source.KeyHash),
        KeyHint = source.KeyHint,
        CreatedAt = source.CreatedAt,
    };

    // A page is a source.
    private async Task<RecordPage<DiscardRecord>> ReadDiscardsAsync(string cursor, CancellationToken cancellationToken)
    {
        var ids = (await sources.ListAsync(cancellationToken)).Select(source => source.Id).Order(StringComparer.Ordinal);
        if (ids.FirstOrDefault(id => string.CompareOrdinal(id, cursor) > 0) is not { } next)
            return new RecordPage<DiscardRecord>([], null);
        var found = await discards.ListAsync(next, cancellationToken);
        return new RecordPage<DiscardRecord>([.. found.Select(discard => new DiscardRecord { SourceId = next, Discard = discard })], next);
    }

    private async Task WriteDiscardsAsync(IReadOnlyList<DiscardRecord> records, CancellationToken cancellationToken)
    {
        foreach (var source in records.GroupBy(record => record.SourceId))
        {
            // Counts are added up: what is there already was copied before.
            var known = (await discards.ListAsync(source.Key, cancellationToken)).Select(discard => discard.Code).ToHashSet();
            await discards.AddAsync([.. source.Where(record => !known.Contains(record.Discard.Code)).Select(ToTally)], cancellationToken);
        }
    }

    private static DiscardTally ToTally(DiscardRecord record)
    {
        var tally = new DiscardTally(record.SourceId, record.Discard.Code) { Count = record.Discard.Count, LastAt = record.Discard.LastAt };
        foreach (var sample in record.Discard.Samples.Reverse())
            tally.Samples.Enqueue(new DiscardedSample(sample.MessageId, sample.Detail, sample.At));
        return tally;
    }
}
