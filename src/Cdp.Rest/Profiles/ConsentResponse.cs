using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>Consent to one category.</summary>
/// <param name="Category">Category id.</param>
/// <param name="Granted">Whether it was given.</param>
/// <param name="UpdatedAt">Time of the event that stated it.</param>
/// <param name="SourceId">Source that stated it.</param>
internal sealed record ConsentResponse(string Category, bool Granted, DateTime UpdatedAt, string SourceId)
{
    public static ConsentResponse From(ConsentPreference consent) =>
        new(consent.Category, consent.Granted, UnixTime.At(consent.UpdatedAt), consent.SourceId);
}

/// <summary>Consent of one profile.</summary>
/// <param name="Consents">One row for each category stated.</param>
internal sealed record ConsentsResponse(IEnumerable<ConsentResponse> Consents);
