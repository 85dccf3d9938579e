using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Engines;
using Cdp.Storage.Mongo.Activation;

namespace Cdp.Storage.Mongo.Tests.Activation;

public sealed class CancellationsTests(MongoEngine engine) : IAsyncLifetime
{
    private static readonly StoredActivation Deleted = new("act_1", "vip", "dst_1", 1, 0, "", 0);
    private static readonly StoredActivation Kept = new("act_2", "new", "dst_1", 1, 0, "", 0);
    private MongoDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starting_ProcessDiedAfterTheDeletion_CancelsTheRest()
    {
        await CommitAsync(10);
        await _database!.Stage.CommitAsync([Cancellations.OfActivation(Deleted, "The activation was deleted.")], null, Stop);
        await _database.ReopenAsync(Stop);

        await new UnfinishedCancellations(new Cancellations(_database.Stage)).StartingAsync(Stop);

        var cancelled = await ListAsync(DeliveryState.Cancelled);
        Assert.Equal(10, cancelled.Count);
        Assert.All(cancelled, delivery => Assert.Equal(("act_1", "The activation was deleted."), (delivery.ActivationId, delivery.Reason)));
        Assert.Equal(10, (await new MongoDeliveryStore(_database.Stage).DueAsync("dst_1", 100, 100, Stop)).Count);
        await new Cancellations(_database.Stage).FinishAsync(Stop);
        Assert.Equal(10, (await ListAsync(DeliveryState.Pending)).Count);
    }

    [Fact]
    public async Task Finish_MoreThanOneCommitTakes_CancelsAllAndNoOthers()
    {
        await CommitAsync(1_050);
        await _database!.Stage.CommitAsync(
            [Cancellations.OfActivation(Deleted, "The activation was deleted."), Cancellations.OfDestination("dst_2", "The destination was deleted.")], null, Stop);

        await new Cancellations(_database.Stage).FinishAsync(Stop);

        Assert.Equal(1_050, (await ListAsync(DeliveryState.Cancelled)).Count);
        Assert.All(await ListAsync(DeliveryState.Pending), delivery => Assert.Equal("act_2", delivery.ActivationId));
    }

    public async ValueTask InitializeAsync() => _database = await MongoDatabase.CreateAsync(engine, MongoActivationSchema.Schema, Stop);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private Task CommitAsync(int people) => new MongoDeliveryStore(_database!.Stage).CommitAsync(
        new MembershipCommit(
            [
                .. Enumerable.Range(1, people).SelectMany(i => new[] { Deleted, Kept }.Select(activation =>
                    new MembershipStep.Deliver(new NewDelivery(activation, $"p{i}", true, "profile", i, 5), OnlyIfUntold: false))),
            ],
            100,
            1,
            Filled: null),
        Stop);

    private async Task<IReadOnlyList<Delivery>> ListAsync(DeliveryState state) =>
        (await new MongoDeliveryStore(_database!.Stage).ListAsync(new DeliveryFilter(state, "", ""), 10_000, "", Stop)).Deliveries;
}
