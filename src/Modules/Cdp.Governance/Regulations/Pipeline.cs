using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using ActivationStatusRequest = Cdp.Contracts.Activation.V1.GetStatusRequest;
using ProfileStatusRequest = Cdp.Contracts.Profile.V1.GetStatusRequest;
using SegmentStatusRequest = Cdp.Contracts.SegmentSearch.V1.GetStatusRequest;

namespace Cdp.Governance.Regulations;

/// <summary>How far each feed reaches, and how far the stage behind it has come.</summary>
internal sealed class Pipeline(
    CollectionService.CollectionServiceClient collection,
    ProfileService.ProfileServiceClient profiles,
    SegmentService.SegmentServiceClient segments,
    ActivationService.ActivationServiceClient activation,
    TimeProvider time)
{
    /// <summary>The end of the event log now.</summary>
    public async Task<IReadOnlyList<FeedPosition>> LogHeadsAsync(CancellationToken cancellationToken) =>
        (await StageCalls.CallAsync(collection.GetLogHeadsAsync, new GetLogHeadsRequest(), time, cancellationToken)).Heads;

    /// <summary>The end of the feed of changed profiles now.</summary>
    public async Task<long> ProfileSequenceAsync(CancellationToken cancellationToken) =>
        (await StageCalls.CallAsync(profiles.GetStatusAsync, new ProfileStatusRequest(), time, cancellationToken)).Sequence;

    /// <summary>The end of the feed of entries and exits now.</summary>
    public async Task<long> MembershipSequenceAsync(CancellationToken cancellationToken) =>
        (await StageCalls.CallAsync(segments.GetStatusAsync, new SegmentStatusRequest(), time, cancellationToken)).Sequence;

    /// <summary>Whether profiles include the event log up to some positions.</summary>
    public async Task<bool> ProfilesReachedAsync(IEnumerable<FeedPosition> until, CancellationToken cancellationToken)
    {
        var status = await StageCalls.CallAsync(profiles.GetStatusAsync, new ProfileStatusRequest(), time, cancellationToken);
        var applied = status.Positions.ToDictionary(p => p.Partition, p => p.Offset);
        return until.All(p => applied.GetValueOrDefault(p.Partition) >= p.Offset);
    }

    /// <summary>Whether segments have been evaluated up to a sequence of the feed of changed profiles.</summary>
    public async Task<bool> SegmentsReachedAsync(long until, CancellationToken cancellationToken) =>
        (await StageCalls.CallAsync(segments.GetStatusAsync, new SegmentStatusRequest(), time, cancellationToken)).ProfileSequence >= until;

    /// <summary>Whether entries and exits up to a sequence have become deliveries.</summary>
    public async Task<bool> ActivationReachedAsync(long until, CancellationToken cancellationToken) =>
        (await StageCalls.CallAsync(activation.GetStatusAsync, new ActivationStatusRequest(), time, cancellationToken)).MembershipSequence >= until;
}
