using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Dispatching;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Contracts.Telemetry;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Cdp.Activation.Membership;

/// <summary>
/// Turns the feed into deliveries. Pieces of the feed, pages of members and changes of activations take turns: that fixes
/// for each activation after which change it begins, and keeps every page of members ahead of the position in the feed.
/// </summary>
public sealed class MembershipWriter(
    IActivationStore activations, IDeliveryStore deliveries, IDestinationStore destinations, SegmentService.SegmentServiceClient segments,
    DeliverySignals signals, TimeProvider time) : IHostedService, IDisposable
{
    private const int MembersPerPage = 1_000;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<StoredActivation> _activations = [];
    private long _position;

    /// <summary>All activations, oldest first.</summary>
    public IReadOnlyList<StoredActivation> All => _activations;

    /// <summary>Sequence of the feed up to which deliveries are durable.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Told whenever an activation was added.</summary>
    public Signal Added { get; } = new();

    /// <summary>Stores what follows from a piece of the feed, and the sequence that the feed was read up to.</summary>
    public Task WriteAsync(IReadOnlyList<MembershipChange> changes, long sequence, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            using var batch = ActivationMetrics.MembershipChanges.Begin(changes.Count, changes.Select(c => c.Traceparent));
            var bySegment = _activations.ToLookup(a => a.SegmentKey, StringComparer.Ordinal);
            var steps = changes.Where(c => c.Sequence > _position).SelectMany(c => MembershipPlan.Of(c, bySegment[c.SegmentKey]))
                .Select(step => Under(batch, step)).ToList();
            var position = Math.Max(_position, sequence);
            await CommitAsync(steps, position, filled: null, cancellationToken);
            Volatile.Write(ref _position, position);
            batch.Complete();
            return true;
        },
        cancellationToken);

    /// <summary>Adds an activation that begins now.</summary>
    public Task<StoredActivation> AddAsync(string segment, string destination, bool skipMembers, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            if (_activations.FirstOrDefault(a => a.SegmentKey == segment && a.DestinationId == destination) is { } taken)
                throw Failure.AlreadyExists("activation of this segment to this destination", taken.Id);
            var start = Math.Max(_position, await HeadAsync(cancellationToken));
            var activation = new StoredActivation(
                Id.New("act", time), segment, destination, Now(), start, "", skipMembers ? 0 : StoredActivation.StillFilling);
            await activations.AddAsync(activation, cancellationToken);
            _activations = [.. _activations, activation];
            Added.Send();
            return activation;
        },
        cancellationToken);

    /// <summary>Reads one page of the members that an activation found.</summary>
    public Task FillAsync(string id, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            // Deleted meanwhile: nothing to fill.
            if (_activations.FirstOrDefault(a => a.Id == id) is not { IsFilling: true } activation)
                return false;
            var page = await MembersAsync(activation, cancellationToken);
            var filled = activation with
            {
                FillCursor = page.NextCursor,
                FillUntil = page.NextCursor.Length > 0 ? StoredActivation.StillFilling : await HeadAsync(cancellationToken),
            };
            await CommitAsync([.. MembershipPlan.OfMembers(page.Members, activation)], position: null, filled, cancellationToken);
            _activations = [.. _activations.Select(a => a.Id == id ? filled : a)];
            return true;
        },
        cancellationToken);

    /// <summary>Ends an activation; its pending deliveries are cancelled.</summary>
    public Task RemoveAsync(string id, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            if (_activations.All(a => a.Id != id))
                throw Failure.NotFound("activation", id);
            await activations.DeleteAsync(id, "The activation was deleted.", cancellationToken);
            _activations = [.. _activations.Where(a => a.Id != id)];
            return true;
        },
        cancellationToken);

    /// <summary>Deletes a destination and ends its activations; its pending deliveries are cancelled.</summary>
    public Task RemoveDestinationAsync(string id, CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await destinations.DeleteAsync(id, "The destination was deleted.", cancellationToken);
            _activations = [.. _activations.Where(a => a.DestinationId != id)];
            return true;
        },
        cancellationToken);

    /// <summary>Loads activations and position.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _activations = await activations.ListAsync(cancellationToken);
        _position = await deliveries.PositionAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static MembershipStep Under(FeedBatch batch, MembershipStep step) =>
        batch.IsTraced && step is MembershipStep.Deliver { Delivery: { Traceparent.Length: > 0 } delivery } deliver
            ? deliver with { Delivery = delivery with { Traceparent = batch.Under(delivery.Traceparent) } }
            : step;

    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CommitAsync(IReadOnlyList<MembershipStep> steps, long? position, StoredActivation? filled, CancellationToken cancellationToken)
    {
        var awake = await deliveries.CommitAsync(new MembershipCommit(steps, Now(), position, filled), cancellationToken);
        ActivationMetrics.Planned.Add(steps.OfType<MembershipStep.Deliver>().Count());
        foreach (var destination in awake)
            signals.Of(destination).Send();
    }

    private async Task<ListMembersResponse> MembersAsync(StoredActivation activation, CancellationToken cancellationToken)
    {
        var request = new ListMembersRequest { Key = activation.SegmentKey, Limit = MembersPerPage, Cursor = activation.FillCursor };
        try
        {
            return await segments.ListMembersAsync(request, cancellationToken: cancellationToken);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            // The segment was deleted: it has no members.
            return new ListMembersResponse();
        }
    }

    private async Task<long> HeadAsync(CancellationToken cancellationToken) =>
        (await segments.GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellationToken)).Sequence;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
