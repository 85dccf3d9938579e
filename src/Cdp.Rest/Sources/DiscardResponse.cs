using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Sources;

/// <summary>Events of a source that were dropped for one reason.</summary>
/// <param name="Code">Discard code, such as <c>no_user_anon_id</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="LastAt">When last.</param>
/// <param name="Samples">The latest, newest first.</param>
internal sealed record DiscardResponse(string Code, long Count, DateTime LastAt, IEnumerable<DiscardSampleResponse> Samples)
{
    public static DiscardResponse From(Discard discard) => new(
        discard.Code, discard.Count, UnixTime.At(discard.LastAt),
        discard.Samples.Select(s => new DiscardSampleResponse(s.MessageId.OrNull(), s.Detail, UnixTime.At(s.At))));
}

/// <summary>One dropped event.</summary>
/// <param name="MessageId">Its message id, where it had one.</param>
/// <param name="Detail">What was wrong.</param>
/// <param name="At">When.</param>
internal sealed record DiscardSampleResponse(string? MessageId, string Detail, DateTime At);

/// <summary>What was dropped, by code.</summary>
/// <param name="Discards">One row for each code.</param>
internal sealed record DiscardsResponse(IEnumerable<DiscardResponse> Discards);
