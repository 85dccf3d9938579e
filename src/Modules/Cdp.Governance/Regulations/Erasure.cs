using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using ActivationEraseRequest = Cdp.Contracts.Activation.V1.EraseProfileRequest;
using ProfileEraseRequest = Cdp.Contracts.Profile.V1.EraseProfileRequest;
using SegmentEraseRequest = Cdp.Contracts.SegmentSearch.V1.EraseProfileRequest;

namespace Cdp.Governance.Regulations;

/// <summary>
/// The steps of a deletion. They follow the way of an event, so that no stage gets back from the one before it what it has
/// erased: identity forgets the person first, and from then on nothing is added to the profile; the log and the profile
/// come next; segments and activation are erased when they have seen the deletion. Every step may be done again.
/// </summary>
internal sealed class Erasure(
    Pipeline pipeline,
    PersonFinder finder,
    EventEraser events,
    IRegulationStore store,
    IdentityService.IdentityServiceClient identity,
    ProfileService.ProfileServiceClient profiles,
    SegmentService.SegmentServiceClient segments,
    ActivationService.ActivationServiceClient activation,
    TimeProvider time)
{
    /// <summary>Does the next step and notes in the regulation what comes after; false where it has to wait first.</summary>
    public Task<bool> AdvanceAsync(StoredRegulation regulation, CancellationToken cancellationToken) => regulation.Step switch
    {
        ErasureStep.Start => StartAsync(regulation, cancellationToken),
        ErasureStep.FindPerson => FindPersonAsync(regulation, cancellationToken),
        ErasureStep.ErasePerson => ErasePersonAsync(regulation, cancellationToken),
        ErasureStep.FindProfiles => FindProfilesAsync(regulation, cancellationToken),
        ErasureStep.EraseEvents => EraseEventsAsync(regulation, cancellationToken),
        ErasureStep.EraseProfiles => EraseProfilesAsync(regulation, cancellationToken),
        ErasureStep.EraseMemberships => EraseMembershipsAsync(regulation, cancellationToken),
        ErasureStep.EraseDeliveries => EraseDeliveriesAsync(regulation, cancellationToken),
        ErasureStep.Finish => FinishAsync(regulation, cancellationToken),
        _ => throw new NotSupportedException($"Regulation {regulation.Regulation.Id} is at step {regulation.Step}, which this release does not know."),
    };

    private async Task<bool> StartAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        // Stored, not asked for again at each attempt: under steady load the head would always be ahead.
        regulation.UntilPositions.Add(await pipeline.LogHeadsAsync(cancellationToken));
        regulation.Regulation.State = RegulationStates.Running;
        return Then(regulation, ErasureStep.FindPerson);
    }

    // Events on their way may be the first to name the identifier: they have to be in before anybody is looked for.
    private async Task<bool> FindPersonAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        if (!await pipeline.ProfilesReachedAsync(regulation.UntilPositions, cancellationToken))
            return false;
        var ids = await finder.FindIdsAsync(regulation, cancellationToken);
        if (await IsUnderWayAsync(regulation, ids, cancellationToken))
            return false;
        Cover(regulation, ids);
        regulation.Identifier = null;
        regulation.UntilPositions.Clear();
        return Then(regulation, ids.Count == 0 ? ErasureStep.Finish : ErasureStep.ErasePerson);
    }

    private async Task<bool> ErasePersonAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        var left = new HashSet<string>(regulation.Regulation.ProfileIds, StringComparer.Ordinal);
        foreach (var id in regulation.Regulation.ProfileIds.ToList())
        {
            if (!left.Contains(id))
                continue;
            var erased = await StageCalls.CallAsync(identity.ErasePersonAsync, new ErasePersonRequest { Id = id }, time, cancellationToken);
            left.ExceptWith(erased.Ids);
            // The person may have been merged with another one since it was looked up.
            Cover(regulation, erased.Ids);
        }
        // A round of events may have been resolved to the person just before, and not be stored yet.
        regulation.UntilPositions.Add(await pipeline.LogHeadsAsync(cancellationToken));
        regulation.Regulation.ErasedFrom.Add("identity");
        return Then(regulation, ErasureStep.FindProfiles);
    }

    // Asked of the profile stage too: where a crash lost identity's answer, only the profile still tells of a late merge.
    private async Task<bool> FindProfilesAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        if (!await pipeline.ProfilesReachedAsync(regulation.UntilPositions, cancellationToken))
            return false;
        foreach (var profile in await finder.FindProfilesAsync(regulation.Regulation.ProfileIds, cancellationToken))
            Cover(regulation, [profile.Id, .. profile.AbsorbedIds]);
        regulation.UntilPositions.Clear();
        return Then(regulation, ErasureStep.EraseEvents);
    }

    private async Task<bool> EraseEventsAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        long erased = 0;
        foreach (var profile in await finder.FindProfilesAsync(regulation.Regulation.ProfileIds, cancellationToken))
            erased += await events.EraseAsync(profile.Id, cancellationToken);
        regulation.Regulation.EventsErased = erased;
        regulation.Regulation.ErasedFrom.Add("collection");
        return Then(regulation, ErasureStep.EraseProfiles);
    }

    private async Task<bool> EraseProfilesAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        // Where an earlier attempt has deleted them, the call still sees to it that their bytes are gone.
        var found = await finder.FindProfilesAsync(regulation.Regulation.ProfileIds, cancellationToken);
        foreach (var id in found.Select(p => p.Id).DefaultIfEmpty(regulation.Regulation.ProfileIds[0]))
            await StageCalls.CallAsync(profiles.EraseProfileAsync, new ProfileEraseRequest { ProfileId = id }, time, cancellationToken);
        regulation.UntilSequence = await pipeline.ProfileSequenceAsync(cancellationToken);
        regulation.Regulation.ErasedFrom.Add("profile");
        return Then(regulation, ErasureStep.EraseMemberships);
    }

    private async Task<bool> EraseMembershipsAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        if (!await pipeline.SegmentsReachedAsync(regulation.UntilSequence, cancellationToken))
            return false;
        var request = new SegmentEraseRequest { ProfileIds = { regulation.Regulation.ProfileIds } };
        await StageCalls.CallAsync(segments.EraseProfileAsync, request, time, cancellationToken);
        regulation.UntilSequence = await pipeline.MembershipSequenceAsync(cancellationToken);
        regulation.Regulation.ErasedFrom.Add("segment_search");
        return Then(regulation, ErasureStep.EraseDeliveries);
    }

    private async Task<bool> EraseDeliveriesAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        if (!await pipeline.ActivationReachedAsync(regulation.UntilSequence, cancellationToken))
            return false;
        var request = new ActivationEraseRequest { ProfileIds = { regulation.Regulation.ProfileIds } };
        await StageCalls.CallAsync(activation.EraseProfileAsync, request, time, cancellationToken);
        regulation.Regulation.ErasedFrom.Add("activation");
        return Then(regulation, ErasureStep.Finish);
    }

    private async Task<bool> FinishAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        // Who sees it finished may look for the identifier in our own files.
        await store.PurgeAsync(cancellationToken);
        regulation.Regulation.State = RegulationStates.Finished;
        regulation.Regulation.FinishedAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        return true;
    }

    // While another regulation is deleting the same person, this one must neither count their events again nor claim that
    // nobody was there. Whom an unfinished one covers cannot be told once identity has forgotten the identifiers.
    private async Task<bool> IsUnderWayAsync(StoredRegulation regulation, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        const int page = 200;
        var after = "";
        while (true)
        {
            var others = await store.ListUnfinishedAsync(after, page, cancellationToken);
            if (others.Any(o => o.Regulation.Id != regulation.Regulation.Id && o.Step > ErasureStep.FindPerson
                && (ids.Count == 0 || o.Regulation.ProfileIds.Any(ids.Contains))))
                return true;
            if (others.Count < page)
                return false;
            after = others[^1].Regulation.Id;
        }
    }

    private static void Cover(StoredRegulation regulation, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            if (!regulation.Regulation.ProfileIds.Contains(id))
                regulation.Regulation.ProfileIds.Add(id);
        }
    }

    private static bool Then(StoredRegulation regulation, ErasureStep next)
    {
        regulation.Step = next;
        return true;
    }
}
