using System.Text.Json.Serialization;
using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Destinations;

/// <summary>Where audiences are sent.</summary>
/// <param name="Id">Id; sorts by creation.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Type">Kind; <c>webhook</c>.</param>
/// <param name="Url">Where to send.</param>
/// <param name="ConsentCategories">Categories that a person must all have granted.</param>
/// <param name="Enabled">Whether deliveries are sent.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Secret">Signing secret; only in the answer that made it.</param>
internal sealed record DestinationResponse(
    string Id, string Name, string Type, string Url, IEnumerable<string> ConsentCategories, bool Enabled, DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null)
{
    public static DestinationResponse From(Destination destination) => new(
        destination.Id, destination.Name, destination.Type, destination.Url, destination.ConsentCategories,
        destination.Enabled, UnixTime.At(destination.CreatedAt));
}

/// <summary>All destinations, oldest first.</summary>
/// <param name="Destinations">The destinations.</param>
internal sealed record DestinationsResponse(IEnumerable<DestinationResponse> Destinations);
