using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Cdp.Engines;

namespace Cdp.Activation.Tests.Deliveries;

/// <summary>Whatever happens, MongoDB and the embedded store are in the same state.</summary>
public sealed class DeliveryStoresAgreeTests(MongoEngine engine) : IAsyncLifetime
{
    private const int Rounds = 60;
    private static readonly string[] Profiles = ["p1", "p2", "p3", "p4"];
    private static readonly StoredActivation[] All =
        [Sample.Activation("act_1", "dst_1"), Sample.Activation("act_2", "dst_1", "new"), Sample.Activation("act_3", "dst_2"), Sample.Activation("act_4", "dst_2", "new")];

    private readonly EmbeddedStores _embedded = new();
    private readonly HashSet<string> _ids = [];
    private MongoStores? _mongo;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomOperations_OnBothStores_GiveTheSameAnswers(int seed)
    {
        var random = new Random(seed);
        foreach (var destination in new[] { "dst_1", "dst_2" })
            await BothAsync(async stores => await stores.Destinations.PutAsync(Sample.Destination(destination), Stop));
        foreach (var activation in All)
            await BothAsync(async stores => await stores.Activations.AddAsync(activation, Stop));

        for (var round = 1; round <= Rounds; round++)
        {
            var operation = Operation(random, round);
            await BothAsync(operation);
            await AgreeAsync();
        }
        foreach (var activation in All.Take(2))
            await BothAsync(stores => stores.Activations.DeleteAsync(activation.Id, "gone", Stop));
        await AgreeAsync();
        await BothAsync(stores => stores.Destinations.DeleteAsync("dst_2", "gone", Stop));
        await AgreeAsync();
    }

    public async ValueTask InitializeAsync() => _mongo = await MongoStores.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_mongo is not null)
            await _mongo.DisposeAsync();
        await _embedded.DisposeAsync();
    }

    private Func<Stores, Task> Operation(Random random, int round)
    {
        switch (random.Next(11))
        {
            case < 5:
                MembershipStep[] steps = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => Step(random, (round * 10) + i))];
                return stores => stores.Deliveries.CommitAsync(Sample.Commit(round, steps), Stop);
            case < 8:
                DeliveryOutcome[] outcomes = [.. Enumerable.Range(0, 4).Select(_ => Outcome(random))];
                return stores => stores.Deliveries.RecordAsync(outcomes, Stop);
            case 8:
                var id = AnyId(random);
                return stores => stores.Deliveries.ReplayAsync(id, 300, Stop);
            case 9:
                return stores => stores.Deliveries.PruneAsync(Sample.Now + 1, 10_000, Stop);
            default:
                var erased = random.Next(4) == 0 ? Any(random, Profiles) : "p9";
                return stores => stores.Deliveries.EraseAsync([erased], Stop);
        }
    }

    private MembershipStep Step(Random random, long sequence)
    {
        switch (random.Next(12))
        {
            case 0:
                var absorbed = Any(random, Profiles);
                return new MembershipStep.Merge(absorbed, Any(random, [.. Profiles.Where(p => p != absorbed)]));
            case 1 when random.Next(4) == 0:
                return new MembershipStep.Forget(Any(random, Profiles));
            default:
                // Now and then the same change again, as after a crash.
                var step = Sample.Deliver(Any(random, All), Any(random, Profiles), sequence - random.Next(3), random.Next(2) == 0, random.Next(3) == 0);
                _ids.Add(step.Delivery.Id);
                return step;
        }
    }

    private DeliveryOutcome Outcome(Random random) => random.Next(3) == 0
        ? Sample.Failed(AnyId(random), 90 + random.Next(20))
        : Sample.Ended(AnyId(random), (DeliveryState)random.Next((int)DeliveryState.Pending, (int)DeliveryState.Dead + 1));

    private string AnyId(Random random) => _ids.Count == 0 ? "dlv_none" : _ids.ElementAt(random.Next(_ids.Count));

    private static T Any<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private async Task BothAsync(Func<Stores, Task> operation)
    {
        await operation(new Stores(_embedded.Deliveries, _embedded.Activations, _embedded.Destinations));
        await operation(new Stores(_mongo!.Deliveries, _mongo.Activations, _mongo.Destinations));
    }

    private async Task AgreeAsync()
    {
        Assert.Equal(await StateAsync(_embedded.Deliveries), await StateAsync(_mongo!.Deliveries));
        Assert.Equal(await _embedded.Activations.ListAsync(Stop), await _mongo.Activations.ListAsync(Stop));
    }

    private static async Task<IReadOnlyList<string>> StateAsync(IDeliveryStore store)
    {
        var (deliveries, _) = await store.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, "", ""), 10_000, "", Stop);
        List<string> state = [$"{await store.PositionAsync(Stop)}, {await store.CountPendingAsync(Stop)} pending", .. deliveries.Select(d => d.ToString())];
        foreach (var destination in new[] { "dst_1", "dst_2" })
        {
            state.AddRange((await store.DueAsync(destination, 100, 100, Stop)).Select(d => d.ToString()));
            state.Add($"{await store.NextDueAsync(destination, 100, Stop)}");
        }
        foreach (var profile in Profiles)
            state.AddRange((await store.ListAsync(new DeliveryFilter(DeliveryState.Pending, "dst_1", profile), 100, "", Stop)).Deliveries.Select(d => d.Id));
        return state;
    }

    private sealed record Stores(IDeliveryStore Deliveries, Activation.Activations.IActivationStore Activations, Activation.Destinations.IDestinationStore Destinations);
}
