using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Regulations;

/// <summary>A request under privacy law, and how far it is.</summary>
/// <param name="Id">Id; sorts by creation.</param>
/// <param name="Type">Kind; <c>delete</c>.</param>
/// <param name="State"><c>initialized</c>, <c>running</c> or <c>finished</c>.</param>
/// <param name="ProfileIds">Profiles that it covers; known once it runs.</param>
/// <param name="ErasedFrom">Stores already erased.</param>
/// <param name="EventsErased">Events erased from the event log.</param>
/// <param name="Error">Why it failed last; it is tried again.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="FinishedAt">When it ended; null until then.</param>
internal sealed record RegulationResponse(
    string Id, string Type, string State, IEnumerable<string> ProfileIds, IEnumerable<string> ErasedFrom, long EventsErased,
    string? Error, DateTime CreatedAt, DateTime? FinishedAt)
{
    public static RegulationResponse From(Regulation regulation) => new(
        regulation.Id, regulation.Type, regulation.State, regulation.ProfileIds, regulation.ErasedFrom, regulation.EventsErased,
        regulation.Error.OrNull(), UnixTime.At(regulation.CreatedAt), UnixTime.Optional(regulation.FinishedAt));
}

/// <summary>A page of regulations, newest first.</summary>
/// <param name="Regulations">The regulations.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record RegulationsResponse(IEnumerable<RegulationResponse> Regulations, string? NextCursor);
