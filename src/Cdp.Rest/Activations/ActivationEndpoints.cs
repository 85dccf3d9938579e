using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ActivationClient = Cdp.Contracts.Activation.V1.ActivationService.ActivationServiceClient;

namespace Cdp.Rest.Activations;

/// <summary>Segments connected to destinations.</summary>
internal static class ActivationEndpoints
{
    public static void MapActivations(this IEndpointRouteBuilder api)
    {
        var activations = api.MapGroup("/v1/activations").WithTags("Activations");
        activations.MapPost("", CreateAsync).RequireScope("activations:write")
            .WithSummary("Sends a segment's entries and exits to a destination from now on; its present members first, unless told not to.");
        activations.MapGet("", ListAsync).RequireScope("activations:read").WithSummary("All activations, oldest first.");
        activations.MapDelete("/{id}", DeleteAsync).RequireScope("activations:write").WithSummary("Stops an activation.");
    }

    private static async Task<Created<ActivationResponse>> CreateAsync(CreateActivationBody body, ActivationClient client, CancellationToken cancellationToken)
    {
        var request = new CreateActivationRequest
        {
            SegmentKey = body.SegmentKey ?? "",
            DestinationId = body.DestinationId ?? "",
            SkipExistingMembers = body.SkipExistingMembers ?? false,
        };
        var activation = ActivationResponse.From(await client.CreateActivationAsync(request, cancellationToken: cancellationToken));
        return TypedResults.Created($"/v1/activations/{activation.Id}", activation);
    }

    private static async Task<ActivationsResponse> ListAsync(ActivationClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListActivationsAsync(new ListActivationsRequest(), cancellationToken: cancellationToken);
        return new ActivationsResponse(found.Activations.Select(ActivationResponse.From));
    }

    private static async Task<NoContent> DeleteAsync(string id, ActivationClient client, CancellationToken cancellationToken)
    {
        await client.DeleteActivationAsync(new DeleteActivationRequest { Id = id }, cancellationToken: cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What to connect.</summary>
/// <param name="SegmentKey">Segment; required.</param>
/// <param name="DestinationId">Destination; required.</param>
/// <param name="SkipExistingMembers">Whether to leave out the members that the segment has already.</param>
internal sealed record CreateActivationBody(string? SegmentKey, string? DestinationId, bool? SkipExistingMembers);

/// <summary>A segment connected to a destination.</summary>
/// <param name="Id">Id; sorts by creation.</param>
/// <param name="SegmentKey">Segment.</param>
/// <param name="DestinationId">Destination.</param>
/// <param name="CreatedAt">When it was created.</param>
internal sealed record ActivationResponse(string Id, string SegmentKey, string DestinationId, DateTime CreatedAt)
{
    public static ActivationResponse From(SegmentActivation activation) =>
        new(activation.Id, activation.SegmentKey, activation.DestinationId, UnixTime.At(activation.CreatedAt));
}

/// <summary>All activations, oldest first.</summary>
/// <param name="Activations">The activations.</param>
internal sealed record ActivationsResponse(IEnumerable<ActivationResponse> Activations);
