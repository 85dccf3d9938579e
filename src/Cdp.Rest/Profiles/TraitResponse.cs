using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>A trait with where it came from.</summary>
/// <param name="Value">Value.</param>
/// <param name="UpdatedAt">Time of the event that set it.</param>
/// <param name="SourceId">Source that set it.</param>
/// <param name="MessageId">Message id of the event that set it.</param>
internal sealed record TraitResponse(RawJson Value, DateTime UpdatedAt, string SourceId, string MessageId)
{
    public static TraitResponse From(Trait trait) => new(new RawJson(trait.Json), UnixTime.At(trait.UpdatedAt), trait.SourceId, trait.MessageId);
}

/// <summary>Traits of one profile.</summary>
/// <param name="Traits">Traits by name.</param>
internal sealed record TraitsResponse(IReadOnlyDictionary<string, TraitResponse> Traits);
