using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Store;
using Grpc.Core;

namespace Cdp.SegmentSearch.Writing;

/// <summary>
/// Builds the index from a scan of all profiles, then asks every segment of everyone and records what differs from what is
/// stored: that is what happened since the last commit.
/// </summary>
internal sealed class IndexLoader(ProfileService.ProfileServiceClient profiles, SegmentState state, MembershipWriter writer, ISegmentStore store)
{
    private const int MemberPage = 10_000;

    /// <summary>Takes the segments from the store, so that they can be read before the index is there.</summary>
    public async Task LoadSegmentsAsync(CancellationToken cancellationToken)
    {
        await writer.ResetAsync(cancellationToken);
        var segments = new List<Segments.Segment>();
        foreach (var (definition, size) in await store.SegmentsAsync(cancellationToken))
        {
            var filter = ConditionParser.Parse(definition.Condition, _ => null);
            segments.Add(new Segments.Segment(definition, filter, new OrdinalSet(), new Schedule()) { Size = size });
        }
        state.Catalog = new SegmentCatalog(segments, state.Index);
    }

    /// <summary>Builds the index.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var scanned = new ScannedProfiles(state.Index);
        using var scan = profiles.Scan(new ScanRequest(), cancellationToken: cancellationToken);
        long? sequence = null;
        while (await scan.ResponseStream.MoveNext(cancellationToken))
        {
            scanned.Add(scan.ResponseStream.Current.Profiles);
            sequence = scan.ResponseStream.Current.HasSequence ? scan.ResponseStream.Current.Sequence : sequence;
        }
        if (sequence is not { } last)
            throw new RpcException(new Status(StatusCode.Aborted, "The scan of profiles ended early."));

        await LoadSegmentsAsync(cancellationToken);
        var round = new MembershipRound(state.Catalog, state.Index, MembershipCause.Profile, writer.Now);
        foreach (var segment in state.Catalog.Ranked)
            await LoadMembersAsync(segment, round, scanned, cancellationToken);
        state.Index.Write(() =>
        {
            state.Index.Sequence = last;
            round.AskEveryone(state.Catalog.All);
            round.Evaluate();
            return true;
        });
        await writer.KeepAsync(round, last, [], cancellationToken);
        state.MarkLoaded();
    }

    private async Task LoadMembersAsync(Segments.Segment segment, MembershipRound round, ScannedProfiles scanned, CancellationToken cancellationToken)
    {
        var rank = state.Catalog.RankOf(segment.Key);
        var after = "";
        while (await store.MembersAsync(segment.Key, after, MemberPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var member in page)
            {
                if (state.Index.OrdinalOf(member.ProfileId) is { } profile)
                    segment.Members.Set(profile, true);
                else if (scanned.SurvivorOf(member.ProfileId) is { } survivor)
                    round.AddAbsorbedMember(member.ProfileId, survivor, rank);
                else
                    round.AddErased(member.ProfileId, rank);
            }
            after = page[^1].ProfileId;
        }
    }
}
