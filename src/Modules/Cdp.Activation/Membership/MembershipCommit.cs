using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;

namespace Cdp.Activation.Membership;

/// <summary>One thing that follows from an entry or exit.</summary>
public abstract record MembershipStep
{
    /// <summary>A delivery; nothing where it was stored before.</summary>
    /// <param name="Delivery">The delivery.</param>
    /// <param name="OnlyIfUntold">
    /// Only where the activation has not told of this person's membership: no entry without an exit after it. What it told of
    /// a profile counts for the profile that absorbed it. Otherwise who enters is a person: where another profile had absorbed it,
    /// that is over, and what was told of it is its own again.
    /// </param>
    public sealed record Deliver(NewDelivery Delivery, bool OnlyIfUntold) : MembershipStep;

    /// <summary>Deliveries about one profile are about another from now on: they keep one order and count as one person's.</summary>
    public sealed record Merge(string AbsorbedId, string SurvivorId) : MembershipStep;

    /// <summary>The deliveries about a person are deleted.</summary>
    public sealed record Forget(string ProfileId) : MembershipStep;
}

/// <summary>What was made of a piece of the feed, or of a page of members.</summary>
/// <param name="Steps">What follows from it, in order.</param>
/// <param name="Now">When it is stored, ms since 1970.</param>
/// <param name="Position">Sequence read up to; null where the piece is not of the feed.</param>
/// <param name="Filled">The activation with its progress through the members; null where the piece is of the feed.</param>
public sealed record MembershipCommit(IReadOnlyList<MembershipStep> Steps, long Now, long? Position, StoredActivation? Filled);
