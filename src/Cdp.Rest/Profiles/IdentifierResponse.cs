using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>An identifier of a profile.</summary>
/// <param name="Type">Type, such as <c>user_id</c>.</param>
/// <param name="Value">Value.</param>
/// <param name="FirstSeen">Time of the first event that carried it.</param>
/// <param name="SourceId">Source of that event.</param>
internal sealed record IdentifierResponse(string Type, string Value, DateTime FirstSeen, string SourceId)
{
    public static IdentifierResponse From(ProfileIdentifier identifier) => new(
        identifier.Identifier.Type, identifier.Identifier.Value, UnixTime.At(identifier.FirstSeen), identifier.SourceId);
}

/// <summary>Identifiers of one profile.</summary>
/// <param name="Identifiers">The identifiers.</param>
internal sealed record IdentifiersResponse(IEnumerable<IdentifierResponse> Identifiers);
