using System.Text.Json.Serialization;
using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>One person.</summary>
/// <param name="Id">Canonical id; sorts by creation.</param>
/// <param name="Identifiers">Identifiers.</param>
/// <param name="Traits">Traits by name; with <c>verbose=true</c> each with where it came from.</param>
/// <param name="Segments">Keys of the segments that it is in; left out in search results.</param>
/// <param name="Consents">Consent as last stated; empty where never stated.</param>
/// <param name="GroupIds">Ids of the groups that it belongs to.</param>
/// <param name="AbsorbedIds">Ids of profiles that were merged into it.</param>
/// <param name="EventCount">Number of events applied.</param>
/// <param name="FirstSeen">Time of its earliest event.</param>
/// <param name="LastSeen">Time of its latest event.</param>
/// <param name="CreatedAt">When it was created here.</param>
/// <param name="UpdatedAt">When it last changed here.</param>
/// <param name="Version">Grows with each change.</param>
internal sealed record ProfileResponse(
    string Id,
    IEnumerable<IdentifierResponse> Identifiers,
    IReadOnlyDictionary<string, object> Traits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<string>? Segments,
    IEnumerable<ConsentResponse> Consents,
    IEnumerable<string> GroupIds,
    IEnumerable<string> AbsorbedIds,
    long EventCount,
    DateTime? FirstSeen,
    DateTime? LastSeen,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    long Version)
{
    public static ProfileResponse From(ProfileDocument profile, IEnumerable<string>? segments, bool verbose = false) => new(
        profile.Id,
        profile.Identifiers.Select(IdentifierResponse.From),
        profile.Traits.ToDictionary(t => t.Name, t => verbose ? TraitResponse.From(t) : (object)new RawJson(t.Json), StringComparer.Ordinal),
        segments,
        profile.Consents.Select(ConsentResponse.From),
        profile.GroupIds,
        profile.AbsorbedIds,
        profile.EventCount,
        UnixTime.Optional(profile.FirstSeen),
        UnixTime.Optional(profile.LastSeen),
        UnixTime.At(profile.CreatedAt),
        UnixTime.At(profile.UpdatedAt),
        profile.Version);
}
