using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch;
using Cdp.SegmentSearch.Store;

namespace Cdp.Move.Archives;

/// <summary>Segments, the history of entries and exits, and members: history may have forgotten how they entered.</summary>
internal sealed class SegmentArchives(ISegmentStore store) : IArchived
{
    private const int PageRecords = 1000;
    private const string ProfilePosition = "profile";
    private const string FeedPosition = "feed";

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<SegmentRecord>(SegmentSearchModule.Name, "segments", ReadSegmentsAsync, WriteSegmentsAsync),
        new Archive<MembershipChange>(SegmentSearchModule.Name, "history", ReadHistoryAsync, WriteHistoryAsync),
        new Archive<PositionRecord>(SegmentSearchModule.Name, "positions", ReadPositionsAsync, WritePositionsAsync),
        new Archive<MemberRecord>(SegmentSearchModule.Name, "members", ReadMembersAsync, WriteMembersAsync),
    ];

    private async Task<RecordPage<SegmentRecord>> ReadSegmentsAsync(string cursor, CancellationToken cancellationToken) =>
        new([.. (await store.SegmentsAsync(cancellationToken)).Select(segment => ToRecord(segment.Definition))], null);

    private async Task WriteSegmentsAsync(IReadOnlyList<SegmentRecord> records, CancellationToken cancellationToken)
    {
        foreach (var r in records)
            await store.CommitAsync(
                new SegmentCommit
                {
                    Positions = await store.PositionsAsync(cancellationToken),
                    Defined = new SegmentDefinition(r.Key, r.Name, r.Condition, r.CreatedAt, r.UpdatedAt),
                },
                cancellationToken);
    }

    private static SegmentRecord ToRecord(SegmentDefinition segment) => new()
    {
        Key = segment.Key,
        Name = segment.Name,
        Condition = segment.Condition,
        CreatedAt = segment.CreatedAt,
        UpdatedAt = segment.UpdatedAt,
    };

    private async Task<RecordPage<MembershipChange>> ReadHistoryAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var (changes, until) = await store.ChangesAfterAsync(after, PageRecords, cancellationToken);
        return new RecordPage<MembershipChange>(changes, until > after ? until.ToString(CultureInfo.InvariantCulture) : null);
    }

    private async Task WriteHistoryAsync(IReadOnlyList<MembershipChange> records, CancellationToken cancellationToken)
    {
        var positions = await store.PositionsAsync(cancellationToken);
        await store.CommitAsync(
            new SegmentCommit { Positions = positions with { Feed = Math.Max(positions.Feed, records[^1].Sequence) }, Changes = records }, cancellationToken);
    }

    private async Task<RecordPage<PositionRecord>> ReadPositionsAsync(string cursor, CancellationToken cancellationToken)
    {
        var positions = await store.PositionsAsync(cancellationToken);
        PositionRecord[] records = [new() { Name = ProfilePosition, Value = positions.Profile }, new() { Name = FeedPosition, Value = positions.Feed }];
        return new RecordPage<PositionRecord>([.. records.Where(record => record.Value > 0)], null);
    }

    private Task WritePositionsAsync(IReadOnlyList<PositionRecord> records, CancellationToken cancellationToken)
    {
        var values = records.ToDictionary(record => record.Name, record => record.Value);
        var positions = new SegmentPositions(values.GetValueOrDefault(ProfilePosition), values.GetValueOrDefault(FeedPosition));
        return store.CommitAsync(new SegmentCommit { Positions = positions }, cancellationToken);
    }

    // The cursor is a segment and a member of it; without a member, what comes next is the segment after it.
    private async Task<RecordPage<MemberRecord>> ReadMembersAsync(string cursor, CancellationToken cancellationToken)
    {
        var at = cursor.Split('\n');
        var keys = (await store.SegmentsAsync(cancellationToken)).Select(segment => segment.Definition.Key).Order(StringComparer.Ordinal);
        var key = at.Length == 2 ? at[0] : keys.FirstOrDefault(key => string.CompareOrdinal(key, at[0]) > 0);
        if (key is null)
            return new RecordPage<MemberRecord>([], null);
        var page = await store.MembersAsync(key, at.Length == 2 ? at[1] : "", PageRecords, cancellationToken);
        return new RecordPage<MemberRecord>(
            [.. page.Select(member => new MemberRecord { SegmentKey = key, Member = member })], page.Count == PageRecords ? $"{key}\n{page[^1].ProfileId}" : key);
    }

    private async Task WriteMembersAsync(IReadOnlyList<MemberRecord> records, CancellationToken cancellationToken) => await store.CommitAsync(
        new SegmentCommit
        {
            Positions = await store.PositionsAsync(cancellationToken),
            Members = [.. records.Select(record => (record.SegmentKey, record.Member))],
        },
        cancellationToken);
}
