using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Profiles;

/// <summary>Merges of one person, oldest first.</summary>
/// <param name="Merges">The merges.</param>
internal sealed record MergesResponse(IEnumerable<MergeResponse> Merges);

/// <summary>Two profiles that became one.</summary>
/// <param name="Sequence">Number of the merge.</param>
/// <param name="SurvivorId">Profile that survived.</param>
/// <param name="AbsorbedId">Profile that was absorbed.</param>
/// <param name="Cause">The identifier of the event that the absorbed profile held.</param>
/// <param name="Peer">The identifier of the event that the survivor held.</param>
/// <param name="Rule">Rule that allowed it: <c>shared_identifier</c> or <c>alias</c>.</param>
/// <param name="SourceId">Source of the event that caused it.</param>
/// <param name="MessageId">Message id of that event.</param>
/// <param name="MergedAt">When.</param>
internal sealed record MergeResponse(
    long Sequence, string SurvivorId, string AbsorbedId, CauseResponse? Cause, CauseResponse? Peer, string Rule, string SourceId, string MessageId, DateTime MergedAt)
{
    public static MergeResponse From(Merge merge) => new(
        merge.Sequence, merge.SurvivorId, merge.AbsorbedId, CauseResponse.From(merge.Cause), CauseResponse.From(merge.Peer), merge.Rule, merge.SourceId, merge.MessageId, UnixTime.At(merge.MergedAt));
}

/// <summary>The identifier that tied two profiles.</summary>
/// <param name="Type">Type.</param>
/// <param name="Value">Value.</param>
internal sealed record CauseResponse(string Type, string Value)
{
    public static CauseResponse? From(Identifier? identifier) => identifier is null ? null : new CauseResponse(identifier.Type, identifier.Value);
}
