using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.DeadLetters;
using Cdp.Profile.DryRuns;
using Cdp.Profile.Feed;
using Cdp.Profile.Store;
using Cdp.Profile.Unmerging;
using Grpc.Core;

namespace Cdp.Profile;

/// <summary>Profiles over gRPC.</summary>
public sealed class ProfileGrpcService(
    IProfileStore store, ProfileWriter writer, ChangeFeed feed, DeadLetterReplay replay, Unmerger unmerger, RulesDryRunner dryRuns, IdentityService.IdentityServiceClient identity)
    : ProfileService.ProfileServiceBase
{
    private const int MostProfiles = 1_000;
    private const int ScanBatch = 500;
    private const int PositionBatch = 10_000;

    /// <inheritdoc />
    public override async Task<ProfileDocument> GetProfile(GetProfileRequest request, ServerCallContext context)
    {
        var id = request.Id;
        if (request.ByCase == GetProfileRequest.ByOneofCase.Identifier)
        {
            var person = await identity.LookupAsync(new LookupRequest { Identifier = request.Identifier }, cancellationToken: context.CancellationToken);
            id = person.Id;
        }
        var found = await store.LoadAsync([id], context.CancellationToken);
        return found.Count > 0 ? found[0].Document : throw Failure.NotFound("profile", id);
    }

    /// <inheritdoc />
    public override async Task<GetProfilesResponse> GetProfiles(GetProfilesRequest request, ServerCallContext context)
    {
        if (request.Ids.Count > MostProfiles)
            throw Failure.Invalid("ids", $"has {request.Ids.Count} ids; at most {MostProfiles} are taken");
        var found = await store.LoadAsync(request.Ids, context.CancellationToken);
        return new GetProfilesResponse { Profiles = { found.Select(p => p.Document) } };
    }

    /// <inheritdoc />
    public override async Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context)
    {
        var found = await store.LoadAsync([request.ProfileId], context.CancellationToken);
        if (found.Count == 0)
            throw Failure.NotFound("profile", request.ProfileId);
        var limit = request.Limit <= 0 ? 50 : Math.Min(request.Limit, 200);
        var (events, cursor) = await store.ListEventsAsync(found[0].Document.Id, limit, request.Cursor, context.CancellationToken);
        return new ListEventsResponse { Events = { events }, NextCursor = cursor };
    }

    /// <inheritdoc />
    public override async Task Scan(ScanRequest request, IServerStreamWriter<ScanResponse> responseStream, ServerCallContext context)
    {
        await foreach (var (profiles, sequence) in store.ScanAsync(ScanBatch, context.CancellationToken))
        {
            var response = new ScanResponse { Profiles = { profiles } };
            if (sequence is { } last)
                response.Sequence = last;
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    /// <inheritdoc />
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<ProfileChangeBatch> responseStream, ServerCallContext context)
    {
        await foreach (var batch in feed.ReadAsync(request.After, context.CancellationToken))
            await responseStream.WriteAsync(batch, context.CancellationToken);
    }

    /// <inheritdoc />
    public override async Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var positions = await writer.PositionsAsync(context.CancellationToken);
        var response = new GetStatusResponse { Sequence = positions.Feed, Profiles = await store.CountAsync(context.CancellationToken) };
        response.Positions.AddRange(positions.Events.Select(p => new FeedPosition { Partition = p.Key, Offset = p.Value }));
        return response;
    }

    /// <inheritdoc />
    public override async Task ListEventPositions(ListEventPositionsRequest request, IServerStreamWriter<EventPositions> responseStream, ServerCallContext context)
    {
        var page = new EventPositions();
        await foreach (var position in store.EventPositionsAsync(request.ProfileId, context.CancellationToken))
        {
            page.Positions.Add(position);
            if (page.Positions.Count < PositionBatch)
                continue;
            await responseStream.WriteAsync(page, context.CancellationToken);
            page = new EventPositions();
        }
        if (page.Positions.Count > 0)
            await responseStream.WriteAsync(page, context.CancellationToken);
    }

    /// <inheritdoc />
    public override async Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context)
    {
        // The person is out of the event log: what a dry run has read before goes, too.
        await dryRuns.ForgetAsync(context.CancellationToken);
        return new EraseProfileResponse { Erased = await writer.EraseAsync(request.ProfileId, context.CancellationToken) };
    }

    /// <inheritdoc />
    public override Task<RulesDryRun> StartRulesDryRun(StartRulesDryRunRequest request, ServerCallContext context) =>
        dryRuns.StartAsync(request.Rules, context.CancellationToken);

    /// <inheritdoc />
    public override Task<RulesDryRun> GetRulesDryRun(GetRulesDryRunRequest request, ServerCallContext context) => Task.FromResult(dryRuns.Get(request.Id));

    /// <inheritdoc />
    public override Task<RulesDryRun> CancelRulesDryRun(CancelRulesDryRunRequest request, ServerCallContext context) =>
        dryRuns.CancelAsync(request.Id, context.CancellationToken);

    /// <inheritdoc />
    public override Task<UnmergeResponse> Unmerge(UnmergeRequest request, ServerCallContext context) => unmerger.UnmergeAsync(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var limit = request.Limit <= 0 ? 50 : Math.Min(request.Limit, 200);
        var (letters, cursor) = await store.ListDeadLettersAsync(limit, request.Cursor, context.CancellationToken);
        return new ListDeadLettersResponse { DeadLetters = { letters }, NextCursor = cursor };
    }

    /// <inheritdoc />
    public override async Task<ReplayDeadLetterResponse> ReplayDeadLetter(ReplayDeadLetterRequest request, ServerCallContext context) =>
        new() { ProfileId = await replay.ReplayAsync(request.Id, context.CancellationToken) };
}
