using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ActivationStatusRequest = Cdp.Contracts.Activation.V1.GetStatusRequest;
using ProfileStatusRequest = Cdp.Contracts.Profile.V1.GetStatusRequest;
using SegmentStatusRequest = Cdp.Contracts.SegmentSearch.V1.GetStatusRequest;

namespace Cdp.Rest.Pipeline;

/// <summary>How far each stage is behind the one before it.</summary>
internal static class PipelineEndpoints
{
    public static void MapPipeline(this IEndpointRouteBuilder api) =>
        api.MapGet("/v1/pipeline", GetAsync)
            .RequireScope("pipeline:read")
            .WithName("GetPipeline")
            .WithSummary("How far each stage is behind the one before it; drained when every lag and `pending` is 0.")
            .WithTags("Pipeline");

    // Stages are read from the last to the first, so that a lag is never told smaller than it was.
    private static async Task<PipelineStatus> GetAsync(
        CollectionService.CollectionServiceClient collection,
        ProfileService.ProfileServiceClient profiles,
        SegmentService.SegmentServiceClient segments,
        ActivationService.ActivationServiceClient activation,
        CancellationToken cancellationToken)
    {
        var activated = await activation.GetStatusAsync(new ActivationStatusRequest(), cancellationToken: cancellationToken);
        var evaluated = await segments.GetStatusAsync(new SegmentStatusRequest(), cancellationToken: cancellationToken);
        var applied = await profiles.GetStatusAsync(new ProfileStatusRequest(), cancellationToken: cancellationToken);
        var log = await collection.GetLogHeadsAsync(new GetLogHeadsRequest(), cancellationToken: cancellationToken);

        var positions = applied.Positions.ToDictionary(p => p.Partition, p => p.Offset);
        return new PipelineStatus(
            Events: log.Heads.Sum(h => h.Offset),
            ProfileLag: log.Heads.Sum(h => h.Offset - positions.GetValueOrDefault(h.Partition)),
            Profiles: applied.Profiles,
            SegmentLag: Math.Max(0, applied.Sequence - evaluated.ProfileSequence),
            ActivationLag: Math.Max(0, evaluated.Sequence - activated.MembershipSequence),
            PendingDeliveries: activated.Pending);
    }
}

/// <summary>State of the pipeline.</summary>
/// <param name="Events">Events in the log.</param>
/// <param name="ProfileLag">Events not yet applied to profiles.</param>
/// <param name="Profiles">Live profiles.</param>
/// <param name="SegmentLag">Profile changes not yet evaluated against segments.</param>
/// <param name="ActivationLag">Entries and exits not yet turned into deliveries.</param>
/// <param name="PendingDeliveries">Deliveries that wait for an attempt.</param>
internal sealed record PipelineStatus(
    long Events, long ProfileLag, long Profiles, long SegmentLag, long ActivationLag, long PendingDeliveries);
