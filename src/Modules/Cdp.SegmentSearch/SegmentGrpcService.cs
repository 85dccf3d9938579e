using System.Globalization;
using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Feed;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Store;
using Cdp.SegmentSearch.Writing;
using Grpc.Core;
using Segment = Cdp.Contracts.SegmentSearch.V1.Segment;

namespace Cdp.SegmentSearch;

/// <summary>Segments over gRPC.</summary>
internal sealed class SegmentGrpcService(
    SegmentState state, SegmentEditor editor, ProfileSearch search, MembershipWriter writer, MembershipFeed feed, ISegmentStore store,
    IIndexFollower? follower = null)
    : SegmentService.SegmentServiceBase
{
    /// <inheritdoc />
    public override async Task<Segment> CreateSegment(CreateSegmentRequest request, ServerCallContext context) =>
        Map(await editor.CreateAsync(request.Key, request.Name, request.Condition, context.CancellationToken));

    /// <inheritdoc />
    public override async Task<Segment> UpdateSegment(UpdateSegmentRequest request, ServerCallContext context) =>
        Map(await editor.UpdateAsync(
            request.Key, request.HasName ? request.Name : null, request.HasCondition ? request.Condition : null, context.CancellationToken));

    /// <inheritdoc />
    public override async Task<DeleteSegmentResponse> DeleteSegment(DeleteSegmentRequest request, ServerCallContext context)
    {
        await editor.DeleteAsync(request.Key, context.CancellationToken);
        return new DeleteSegmentResponse();
    }

    /// <inheritdoc />
    public override Task<Segment> GetSegment(GetSegmentRequest request, ServerCallContext context) => Task.FromResult(Map(Find(request.Key)));

    /// <inheritdoc />
    public override Task<ListSegmentsResponse> ListSegments(ListSegmentsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListSegmentsResponse { Segments = { state.Catalog.Ranked.OrderBy(s => s.Key, StringComparer.Ordinal).Select(Map) } });

    /// <inheritdoc />
    public override async Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        var segment = Find(request.Key);
        var limit = Limit(request.Limit, 100, 1_000);
        var members = await store.MembersAsync(request.Key, request.Cursor, limit, context.CancellationToken);
        return new ListMembersResponse
        {
            Members = { members },
            NextCursor = members.Count == limit ? members[^1].ProfileId : "",
            Total = segment.Size,
        };
    }

    /// <inheritdoc />
    public override async Task<ListHistoryResponse> ListHistory(ListHistoryRequest request, ServerCallContext context)
    {
        Find(request.Key);
        var limit = Limit(request.Limit, 100, 1_000);
        var before = long.MaxValue;
        if (request.Cursor.Length > 0 && !long.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Failure.Invalid("cursor", "expected a cursor of an earlier page");
        var changes = await store.HistoryAsync(request.Key, request.ProfileId, before, limit, context.CancellationToken);
        return new ListHistoryResponse
        {
            Changes = { changes },
            NextCursor = changes.Count == limit ? changes[^1].Sequence.ToString(CultureInfo.InvariantCulture) : "",
        };
    }

    /// <inheritdoc />
    public override async Task<PreviewResponse> Preview(PreviewRequest request, ServerCallContext context)
    {
        if (request.Condition.Length == 0)
            throw Failure.Invalid("condition", "is missing");
        var preview = await search.PreviewAsync(request.Condition, Limit(request.SampleSize, 10, 100), context.CancellationToken);
        return new PreviewResponse { Count = preview.Count, Sample = { preview.Sample } };
    }

    /// <inheritdoc />
    public override async Task<SearchProfilesResponse> SearchProfiles(SearchProfilesRequest request, ServerCallContext context)
    {
        var page = await search.SearchAsync(
            request.Condition, request.Sort, Limit(request.Limit, 50, 200), request.Cursor, context.CancellationToken);
        return new SearchProfilesResponse { ProfileIds = { page.Ids }, Total = page.Total, NextCursor = page.Next?.Format() ?? "" };
    }

    /// <inheritdoc />
    public override async Task<ListMembershipsResponse> ListMemberships(ListMembershipsRequest request, ServerCallContext context) =>
        new() { Memberships = { await store.MembershipsAsync(request.ProfileId, context.CancellationToken) } };

    /// <inheritdoc />
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<MembershipChangeBatch> responseStream, ServerCallContext context)
    {
        await foreach (var batch in feed.ReadAsync(request.After, context.CancellationToken))
            await responseStream.WriteAsync(batch, context.CancellationToken);
    }

    /// <inheritdoc />
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var durable = state.Durable;
        return Task.FromResult(new GetStatusResponse
        {
            ProfileSequence = durable.Profile,
            Sequence = durable.Feed,
            Profiles = state.Index.Read(() => state.Index.Count),
        });
    }

    /// <inheritdoc />
    public override async Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context)
    {
        await state.WaitLoadedAsync(context.CancellationToken);
        await writer.EraseAsync(request.ProfileIds, context.CancellationToken);
        if (follower is not null)
            await follower.CaughtUpAsync(context.CancellationToken);
        return new EraseProfileResponse();
    }

    private Segments.Segment Find(string key) => state.Catalog.Find(key) ?? throw Failure.NotFound("segment", key);

    private static int Limit(int asked, int usual, int most) => asked <= 0 ? usual : Math.Min(asked, most);

    private static Segment Map(Segments.Segment segment) => new()
    {
        Key = segment.Key,
        Name = segment.Definition.Name,
        Condition = segment.Definition.Condition,
        Size = segment.Size,
        CreatedAt = segment.Definition.CreatedAt,
        UpdatedAt = segment.Definition.UpdatedAt,
    };
}
