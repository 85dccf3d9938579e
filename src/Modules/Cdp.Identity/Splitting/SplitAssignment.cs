using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Splitting;

/// <summary>Which part of a split the events of the former person belong to.</summary>
internal sealed class SplitAssignment
{
    private readonly Dictionary<IdentifierKey, SplitPart> _holders = [];

    private SplitAssignment(Split split)
    {
        foreach (var part in split.Parts)
        {
            foreach (var identifier in part.Identifiers)
                _holders[TieKeys.Of(identifier)] = part;
        }
    }

    public static async Task<SplitAssignment> OfAsync(IIdentityStore store, long sequence, CancellationToken cancellationToken) =>
        new(await store.FindSplitAsync(sequence, cancellationToken) ?? throw Failure.NotFound("split", $"{sequence}"));

    /// <summary>The part that holds the event's identifier of highest priority; none where no part holds one.</summary>
    /// <param name="keys">The event's identifiers, by priority.</param>
    public Resolution Assign(IReadOnlyList<IdentifierKey> keys)
    {
        var resolution = new Resolution();
        if (keys.Select(_holders.GetValueOrDefault).FirstOrDefault(p => p is not null) is not { } part)
            return resolution;
        (resolution.ProfileId, resolution.CreatedAt) = (part.PersonId, part.CreatedAt);
        resolution.Identifiers.AddRange(keys.Where(k => _holders.GetValueOrDefault(k) == part).Select(k => k.ToMessage()));
        return resolution;
    }
}
