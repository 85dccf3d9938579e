using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using Microsoft.AspNetCore.DataProtection;

namespace Cdp.Move.Tests.Fakes;

/// <summary>Segments with entries, exits and a merge; a destination with a secret; deliveries in every state and a lane that waits.</summary>
internal static class SampleSegments
{
    public const string Secret = "whsec_sample";
    public const string Destination = "dst_1";
    private const long Now = 1_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task FillAsync(Stores stores)
    {
        var changes = Changes().ToList();
        await FillSegmentsAsync(stores.Get<ISegmentStore>(), changes);
        var activation = new StoredActivation("act_1", "big", Destination, 5, 0, "", 0);
        var secret = stores.Get<IDataProtectionProvider>().CreateProtector("sample").Protect(System.Text.Encoding.UTF8.GetBytes(Secret));
        await stores.Get<IDestinationStore>().PutAsync(
            new StoredDestination(new Destination { Id = Destination, Name = "Mail", Type = "webhook", Url = "https://mail.example", Enabled = true, ConsentCategories = { "marketing" } }, secret), Stop);
        await stores.Get<IActivationStore>().AddAsync(activation, Stop);
        await FillDeliveriesAsync(stores.Get<IDeliveryStore>(), activation, changes.Where(change => change.SegmentKey == "big"));
    }

    private static async Task FillSegmentsAsync(ISegmentStore store, IReadOnlyList<MembershipChange> changes)
    {
        foreach (var key in new[] { "big", "Ünï.code$", "empty" })
        {
            await store.CommitAsync(
                new SegmentCommit { Positions = default, Defined = new SegmentDefinition(key, $"Segment {key}", """{"trait":"plan","op":"exists"}""", 1, 2) }, Stop);
        }
        await store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(77, changes[^1].Sequence + 5), Changes = changes }, Stop);
        // Of some members history does not know any more how they entered.
        await store.PruneHistoryAsync(200, changes[^1].Sequence, 200, Stop);
    }

    private static IEnumerable<MembershipChange> Changes()
    {
        var sequence = 0L;
        foreach (var key in new[] { "big", "Ünï.code$" })
        {
            for (var i = 0; i < 1300; i++)
                yield return new MembershipChange { Sequence = ++sequence, SegmentKey = key, ProfileId = SamplePeople.Id(i), Entered = true, Cause = MembershipCause.Definition, At = i };
        }
        for (var i = 0; i < 400; i += 2)
            yield return new MembershipChange { Sequence = ++sequence, SegmentKey = "big", ProfileId = SamplePeople.Id(i), Cause = MembershipCause.Time, At = 5000 + i };
        yield return new MembershipChange { Sequence = ++sequence, SegmentKey = "big", ProfileId = SamplePeople.Id(1), Cause = MembershipCause.Merge, MergePeerId = SamplePeople.Id(3), At = 9000 };
        yield return new MembershipChange { Sequence = ++sequence, SegmentKey = "big", ProfileId = SamplePeople.Id(0), Entered = true, At = 9001 };
    }

    private static async Task FillDeliveriesAsync(IDeliveryStore store, StoredActivation activation, IEnumerable<MembershipChange> changes)
    {
        var steps = changes.Select(change => (MembershipStep)new MembershipStep.Deliver(NewDelivery.Of(change, activation), OnlyIfUntold: false)).ToList();
        steps.Add(new MembershipStep.Merge(SamplePeople.Id(9), SamplePeople.Id(10)));
        await store.CommitAsync(new MembershipCommit(steps, Now, Position: 2802, Filled: null), Stop);
        var due = await store.DueAsync(Destination, Now, 40, Stop);
        var states = new[] { DeliveryState.Delivered, DeliveryState.Blocked, DeliveryState.Dead, DeliveryState.Pending };
        await store.RecordAsync(
            [
                .. due.Select((delivery, i) => new DeliveryOutcome(
                    delivery.Id, states[i % 4], i % 4 == 1 ? "no consent" : "", states[i % 4] == DeliveryState.Pending ? Now + 5000 : 0,
                    i % 4 == 1 ? null : new DeliveryAttempt { At = Now, Status = 200 + i, DurationMs = 3 })),
            ],
            Stop);
        await store.EraseAsync([SamplePeople.Id(7)], Stop);
    }
}
