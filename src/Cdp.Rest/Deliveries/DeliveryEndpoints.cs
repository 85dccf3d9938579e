using System.ComponentModel;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ActivationClient = Cdp.Contracts.Activation.V1.ActivationService.ActivationServiceClient;

namespace Cdp.Rest.Deliveries;

/// <summary>What was sent, or not, and why.</summary>
internal static class DeliveryEndpoints
{
    private static readonly string[] States = [.. Enum.GetNames<DeliveryState>().Skip(1).Select(n => n.ToLowerInvariant())];

    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/v1/deliveries").WithTags("Deliveries");
        deliveries.MapGet("", ListAsync).RequireScope("deliveries:read").WithSummary("Deliveries, newest first.");
        deliveries.MapGet("/{id}", GetAsync).RequireScope("deliveries:read").WithSummary("One delivery with its attempts.");
        deliveries.MapPost("/{id}/replay", ReplayAsync).RequireScope("deliveries:write")
            .WithSummary("Sends a delivered, blocked or dead delivery again, under the same webhook-id.");
    }

    private static async Task<DeliveriesResponse> ListAsync(
        [AsParameters] PageQuery page,
        [FromQuery(Name = "state"), Description("Only in this state: pending, delivered, blocked, dead or cancelled.")] string? state,
        [FromQuery(Name = "destination_id"), Description("Only to this destination.")] string? destinationId,
        [FromQuery(Name = "profile_id"), Description("Only about this person.")] string? profileId,
        ActivationClient client,
        CancellationToken cancellationToken)
    {
        var request = new ListDeliveriesRequest
        {
            Limit = page.Limit ?? 0,
            Cursor = page.Cursor ?? "",
            State = Parse(state),
            DestinationId = destinationId ?? "",
            ProfileId = profileId ?? "",
        };
        var found = await client.ListDeliveriesAsync(request, cancellationToken: cancellationToken);
        return new DeliveriesResponse(found.Deliveries.Select(DeliveryResponse.From), found.NextCursor.OrNull());
    }

    private static async Task<DeliveryResponse> GetAsync(string id, ActivationClient client, CancellationToken cancellationToken) =>
        DeliveryResponse.From(await client.GetDeliveryAsync(new GetDeliveryRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<DeliveryResponse> ReplayAsync(string id, ActivationClient client, CancellationToken cancellationToken) =>
        DeliveryResponse.From(await client.ReplayDeliveryAsync(new ReplayDeliveryRequest { Id = id }, cancellationToken: cancellationToken));

    private static DeliveryState Parse(string? state)
    {
        if (string.IsNullOrEmpty(state))
            return DeliveryState.Unspecified;
        return States.Contains(state)
            ? Enum.Parse<DeliveryState>(state, ignoreCase: true)
            : throw Failure.Invalid("state", $"expected one of {string.Join(", ", States)}");
    }
}
