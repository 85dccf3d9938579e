using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;

namespace Cdp.Activation.Tests;

public sealed class ActivationGrpcServiceTests : IAsyncLifetime
{
    private readonly TestDirectory _directory = new();
    private readonly FakeSegments _segments = new();
    private ActivationHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ActivationService.ActivationServiceClient Client => _host.Client;

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    [Fact]
    public async Task CreateDestination_EverythingWrong_NamesEveryField()
    {
        var request = new CreateDestinationRequest { Type = "webhook", Url = "ftp://x", Secret = "secret", ConsentCategories = { "ads", "", "ads" } };

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Client.CreateDestinationAsync(request, cancellationToken: Stop));

        Assert.Equal(["name", "url", "secret", "consent_categories[1]", "consent_categories[2]"], Failure.FieldErrors(refused).Select(e => e.Field));
    }

    [Fact]
    public async Task CreateDestination_UnknownType_SaysWhichThereAre()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Client.CreateDestinationAsync(new CreateDestinationRequest { Name = "x", Type = "fax" }, cancellationToken: Stop));

        Assert.Equal(new FieldError("type", "is unknown; expected one of: webhook"), Assert.Single(Failure.FieldErrors(refused)));
    }

    [Fact]
    public async Task CreateDestination_Secret_IsShownOnceAndEncryptedAtRest()
    {
        var created = await CreateAsync();

        Assert.StartsWith("whsec_", created.Secret, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Secret, (await Client.GetDestinationAsync(new GetDestinationRequest { Id = created.Destination.Id }, cancellationToken: Stop)).ToString(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_directory.Path, "activation.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(created.Secret["whsec_".Length..], await reader.ReadToEndAsync(Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task UpdateDestination_SomeFields_LeavesTheRest()
    {
        var created = await CreateAsync();

        var updated = await Client.UpdateDestinationAsync(
            new UpdateDestinationRequest { Id = created.Destination.Id, Name = " b ", Enabled = false, ConsentCategories = new ConsentCategories() }, cancellationToken: Stop);
        await RestartAsync();

        var expected = created.Destination.Clone();
        (expected.Name, expected.Enabled) = ("b", false);
        expected.ConsentCategories.Clear();
        Assert.Equal(expected, updated);
        Assert.Equal(expected, Assert.Single((await Client.ListDestinationsAsync(new ListDestinationsRequest(), cancellationToken: Stop)).Destinations));
    }

    [Fact]
    public async Task UpdateDestination_WrongFields_NamesThemAndChangesNothing()
    {
        var created = await CreateAsync();
        var request = new UpdateDestinationRequest
        {
            Id = created.Destination.Id,
            Name = " ",
            Url = "nowhere",
            ConsentCategories = new ConsentCategories { Categories = { "" } },
        };

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Client.UpdateDestinationAsync(request, cancellationToken: Stop));

        Assert.Equal(["name", "url", "consent_categories.categories[0]"], Failure.FieldErrors(refused).Select(e => e.Field));
        Assert.Equal(created.Destination, await Client.GetDestinationAsync(new GetDestinationRequest { Id = created.Destination.Id }, cancellationToken: Stop));
    }

    [Fact]
    public async Task CreateActivation_NothingThere_NamesBothFields()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await Client.CreateActivationAsync(new CreateActivationRequest { SegmentKey = "none", DestinationId = "dst_0" }, cancellationToken: Stop));

        Assert.Equal(["segment_key", "destination_id"], Failure.FieldErrors(refused).Select(e => e.Field));
    }

    [Fact]
    public async Task CreateActivation_Twice_IsRefused()
    {
        var created = await CreateAsync();
        var first = await _host.ActivateAsync(created.Destination.Id);

        var refused = await Assert.ThrowsAsync<RpcException>(() => _host.ActivateAsync(created.Destination.Id));

        Assert.Equal(StatusCode.AlreadyExists, refused.StatusCode);
        Assert.Equal(first, Assert.Single((await Client.ListActivationsAsync(new ListActivationsRequest(), cancellationToken: Stop)).Activations));
    }

    [Fact]
    public async Task Delete_DestinationThenActivation_AreGone()
    {
        var created = await CreateAsync();
        var activation = await _host.ActivateAsync(created.Destination.Id);

        await Client.DeleteDestinationAsync(new DeleteDestinationRequest { Id = created.Destination.Id }, cancellationToken: Stop);

        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(async () => await Client.GetDestinationAsync(new GetDestinationRequest { Id = created.Destination.Id }, cancellationToken: Stop)));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(async () => await Client.DeleteDestinationAsync(new DeleteDestinationRequest { Id = created.Destination.Id }, cancellationToken: Stop)));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(async () => await Client.DeleteActivationAsync(new DeleteActivationRequest { Id = activation.Id }, cancellationToken: Stop)));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(async () => await Client.GetDeliveryAsync(new GetDeliveryRequest { Id = "dlv_0" }, cancellationToken: Stop)));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(async () => await Client.ReplayDeliveryAsync(new ReplayDeliveryRequest { Id = "dlv_0" }, cancellationToken: Stop)));
    }

    [Fact]
    public async Task DeleteActivation_WithPendingDeliveries_CancelsThem()
    {
        var created = await CreateAsync();
        var id = created.Destination.Id;
        await Client.UpdateDestinationAsync(new UpdateDestinationRequest { Id = id, Enabled = false }, cancellationToken: Stop);
        var activation = await _host.ActivateAsync(id);
        _segments.Enter("vip", "p1");
        await _host.UntilAsync(id, d => d.Count == 1);

        await Client.DeleteActivationAsync(new DeleteActivationRequest { Id = activation.Id }, cancellationToken: Stop);

        var delivery = Assert.Single(await _host.DeliveriesAsync());
        Assert.Equal((DeliveryState.Cancelled, "The activation was deleted."), (delivery.State, delivery.Reason));
        Assert.Equal(StatusCode.FailedPrecondition, await StatusOfAsync(async () => await Client.ReplayDeliveryAsync(new ReplayDeliveryRequest { Id = delivery.Id }, cancellationToken: Stop)));
    }

    [Fact]
    public async Task EraseProfile_Delivered_ForgetsAndCounts()
    {
        var created = await CreateAsync();
        await Client.UpdateDestinationAsync(new UpdateDestinationRequest { Id = created.Destination.Id, Enabled = false }, cancellationToken: Stop);
        await _host.ActivateAsync(created.Destination.Id);
        _segments.Enter("vip", "p1");
        _segments.Enter("vip", "p2");
        await _host.UntilAsync(created.Destination.Id, d => d.Count == 2);

        var erased = await Client.EraseProfileAsync(new EraseProfileRequest { ProfileIds = { "p1", "p0" } }, cancellationToken: Stop);

        Assert.Equal(1, erased.Erased);
        Assert.Equal("p2", Assert.Single(await _host.DeliveriesAsync()).ProfileId);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _directory.Dispose();
    }

    private static async Task<StatusCode> StatusOfAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;

    private async Task<CreateDestinationResponse> CreateAsync() => await Client.CreateDestinationAsync(
        new CreateDestinationRequest { Name = "a", Type = "webhook", Url = "http://127.0.0.1:1/hook", ConsentCategories = { "ads" } }, cancellationToken: Stop);

    private async Task RestartAsync()
    {
        await _host.DisposeAsync();
        _host = await StartAsync();
    }

    private Task<ActivationHost> StartAsync() => ActivationHost.StartAsync(_directory.Path, _segments, new FakeProfiles());
}
