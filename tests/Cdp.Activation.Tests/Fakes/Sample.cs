using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>Short ways to write down what goes into a store.</summary>
internal static class Sample
{
    /// <summary>When sample commits are stored, ms since 1970.</summary>
    public const long Now = 100;

    public static StoredDestination Destination(string id, bool enabled = true) =>
        new(new Destination { Id = id, Name = id, Type = "webhook", Url = "https://tool.example", Enabled = enabled, ConsentCategories = { "ads" } }, [1, 2, 3]);

    public static StoredActivation Activation(string id, string destination, string segment = "vip") => new(id, segment, destination, 1, 0, "", 0);

    public static MembershipStep.Deliver Deliver(StoredActivation activation, string profile, long sequence, bool entered = true, bool onlyIfUntold = false) =>
        new(new NewDelivery(activation, profile, entered, "profile", sequence, 50 + sequence), onlyIfUntold);

    public static string Id(StoredActivation activation, string profile, long sequence) => Deliver(activation, profile, sequence).Delivery.Id;

    public static MembershipCommit Commit(long position, params MembershipStep[] steps) => new(steps, Now, position, Filled: null);

    public static DeliveryOutcome Failed(string id, long next, long at = Now) => new(
        id, DeliveryState.Pending, "The receiver answered 500.", next, new DeliveryAttempt { At = at, Status = 500, DurationMs = 3 });

    public static DeliveryOutcome Ended(string id, DeliveryState state) => new(id, state, $"is {state}", 0, new DeliveryAttempt { At = Now, Status = 200 });
}
