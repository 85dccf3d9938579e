using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Grpc.Core;

namespace Cdp.Activation;

/// <summary>Destinations, activations and deliveries over gRPC.</summary>
public sealed class ActivationGrpcService(
    DestinationRegistry destinations, ActivationCreator creator, MembershipWriter writer, IDeliveryStore deliveries, DeliveryReplay replay)
    : ActivationService.ActivationServiceBase
{
    /// <inheritdoc />
    public override async Task<CreateDestinationResponse> CreateDestination(CreateDestinationRequest request, ServerCallContext context)
    {
        var (destination, secret) = await destinations.CreateAsync(request, context.CancellationToken);
        return new CreateDestinationResponse { Destination = destination, Secret = secret };
    }

    /// <inheritdoc />
    public override Task<Destination> UpdateDestination(UpdateDestinationRequest request, ServerCallContext context) =>
        destinations.UpdateAsync(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<DeleteDestinationResponse> DeleteDestination(DeleteDestinationRequest request, ServerCallContext context)
    {
        await destinations.DeleteAsync(request.Id, context.CancellationToken);
        return new DeleteDestinationResponse();
    }

    /// <inheritdoc />
    public override Task<Destination> GetDestination(GetDestinationRequest request, ServerCallContext context) =>
        Task.FromResult(destinations.Get(request.Id).Definition);

    /// <inheritdoc />
    public override Task<ListDestinationsResponse> ListDestinations(ListDestinationsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListDestinationsResponse { Destinations = { destinations.All } });

    /// <inheritdoc />
    public override async Task<SegmentActivation> CreateActivation(CreateActivationRequest request, ServerCallContext context) =>
        Map(await creator.CreateAsync(request, context.CancellationToken));

    /// <inheritdoc />
    public override async Task<DeleteActivationResponse> DeleteActivation(DeleteActivationRequest request, ServerCallContext context)
    {
        await writer.RemoveAsync(request.Id, context.CancellationToken);
        return new DeleteActivationResponse();
    }

    /// <inheritdoc />
    public override Task<ListActivationsResponse> ListActivations(ListActivationsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListActivationsResponse { Activations = { writer.All.Select(Map) } });

    /// <inheritdoc />
    public override async Task<ListDeliveriesResponse> ListDeliveries(ListDeliveriesRequest request, ServerCallContext context)
    {
        var limit = request.Limit <= 0 ? 50 : Math.Min(request.Limit, 200);
        var filter = new DeliveryFilter(request.State, request.DestinationId, request.ProfileId);
        var (page, cursor) = await deliveries.ListAsync(filter, limit, request.Cursor, context.CancellationToken);
        return new ListDeliveriesResponse { Deliveries = { page }, NextCursor = cursor };
    }

    /// <inheritdoc />
    public override async Task<Delivery> GetDelivery(GetDeliveryRequest request, ServerCallContext context) =>
        await deliveries.FindAsync(request.Id, context.CancellationToken) ?? throw Contracts.Failures.Failure.NotFound("delivery", request.Id);

    /// <inheritdoc />
    public override Task<Delivery> ReplayDelivery(ReplayDeliveryRequest request, ServerCallContext context) =>
        replay.ReplayAsync(request.Id, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        // In this order: what the position covers, and what was read of members, is counted.
        var position = writer.Position;
        var filling = writer.All.Count(a => a.IsFilling);
        var pending = await deliveries.CountPendingAsync(context.CancellationToken);
        return new GetStatusResponse { MembershipSequence = position, Pending = filling + pending };
    }

    /// <inheritdoc />
    public override async Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context) =>
        new() { Erased = await deliveries.EraseAsync(request.ProfileIds, context.CancellationToken) };

    private static SegmentActivation Map(StoredActivation activation) => new()
    {
        Id = activation.Id,
        SegmentKey = activation.SegmentKey,
        DestinationId = activation.DestinationId,
        CreatedAt = activation.CreatedAt,
    };
}
