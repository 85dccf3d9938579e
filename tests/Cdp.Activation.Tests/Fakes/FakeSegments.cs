using Cdp.Activation.Dispatching;
using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>Segment search in memory: its members follow from its feed.</summary>
internal sealed class FakeSegments : SegmentService.SegmentServiceBase
{
    private readonly Lock _gate = new();
    private readonly List<MembershipChange> _feed = [];
    private readonly SortedDictionary<(string Segment, string Profile), Member> _members = [];
    private readonly Signal _changed = new();

    public FakeSegments()
    {
        var methods = new InProcessMethods();
        SegmentService.BindService(methods, this);
        Client = new SegmentService.SegmentServiceClient(new InProcessCallInvoker(methods));
    }

    public SegmentService.SegmentServiceClient Client { get; }

    /// <summary>Members in a page, however many are asked for.</summary>
    public int PageSize { get; set; } = 1_000;

    /// <summary>Segments that exist.</summary>
    public HashSet<string> Segments { get; } = ["vip", "new"];

    /// <summary>Awaited before each page of members.</summary>
    public Func<Task> BeforePage { get; set; } = () => Task.CompletedTask;

    public IReadOnlyList<MembershipChange> Feed
    {
        get
        {
            lock (_gate)
                return [.. _feed];
        }
    }

    public bool IsMember(string segment, string profile)
    {
        lock (_gate)
            return _members.ContainsKey((segment, profile));
    }

    public MembershipChange Enter(string segment, string profile) => Change(segment, profile, true, MembershipCause.Profile, "");

    public MembershipChange Exit(string segment, string profile, MembershipCause cause = MembershipCause.Profile) =>
        Change(segment, profile, false, cause, "");

    /// <summary>Moves the memberships of an absorbed profile.</summary>
    public void Merge(string absorbed, string survivor, bool exitFirst = true)
    {
        foreach (var segment in Segments.Where(s => IsMember(s, absorbed)).Order().ToList())
        {
            var carries = !IsMember(segment, survivor);
            if (exitFirst)
                Change(segment, absorbed, false, MembershipCause.Merge, survivor);
            if (carries)
                Change(segment, survivor, true, MembershipCause.Merge, absorbed);
            if (!exitFirst)
                Change(segment, absorbed, false, MembershipCause.Merge, survivor);
        }
    }

    public override Task<Segment> GetSegment(GetSegmentRequest request, ServerCallContext context) =>
        Segments.Contains(request.Key) ? Task.FromResult(new Segment { Key = request.Key }) : throw Failure.NotFound("segment", request.Key);

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) =>
        Task.FromResult(new GetStatusResponse { Sequence = Feed.Count });

    public override async Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        await BeforePage();
        lock (_gate)
        {
            Member[] page =
            [
                .. _members.Where(m => m.Key.Segment == request.Key && string.CompareOrdinal(m.Key.Profile, request.Cursor) > 0)
                    .Select(m => m.Value).Take(Math.Min(request.Limit, PageSize)),
            ];
            return new ListMembersResponse { Members = { page }, NextCursor = page.Length == PageSize ? page[^1].ProfileId : "" };
        }
    }

    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<MembershipChangeBatch> responseStream, ServerCallContext context)
    {
        var after = (int)request.After;
        while (true)
        {
            var changed = _changed.Next;
            var feed = Feed;
            if (feed.Count > after)
                await responseStream.WriteAsync(new MembershipChangeBatch { Changes = { feed.Skip(after) }, Sequence = feed.Count, Head = feed.Count }, context.CancellationToken);
            after = feed.Count;
            await changed.WaitAsync(context.CancellationToken);
        }
    }

    private MembershipChange Change(string segment, string profile, bool entered, MembershipCause cause, string peer)
    {
        MembershipChange change;
        lock (_gate)
        {
            change = new MembershipChange
            {
                Sequence = _feed.Count + 1,
                SegmentKey = segment,
                ProfileId = profile,
                Entered = entered,
                Cause = cause,
                MergePeerId = peer,
                At = 1_700_000_000_000 + _feed.Count,
            };
            _feed.Add(change);
            if (entered)
                _members[(segment, profile)] = new Member { ProfileId = profile, EnteredAt = change.At, EnteredSequence = change.Sequence };
            else
                _members.Remove((segment, profile));
        }
        _changed.Send();
        return change;
    }
}
