using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Identity;

/// <summary>A dry run of identity rules.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="EventsRead">Events that it has read.</param>
/// <param name="EventsTotal">Events that the log had when it began.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Found">What it found; null before it is done.</param>
internal sealed record RulesDryRunResponse(
    string Id, string State, long EventsRead, long EventsTotal, DateTime StartedAt, DateTime? FinishedAt, string? Error, RehearsalResponse? Found)
{
    public static RulesDryRunResponse From(RulesDryRun run) => new(
        run.Id, run.State.ToString().ToLowerInvariant(), run.EventsRead, run.EventsTotal, UnixTime.At(run.StartedAt), UnixTime.Optional(run.FinishedAt),
        run.Error.OrNull(), run.Found is null ? null : RehearsalResponse.From(run.Found));
}

/// <summary>Profiles of today beside those that the rules would make.</summary>
/// <param name="ProfilesToday">Profiles of today.</param>
/// <param name="ProfilesAfter">Profiles that there would be.</param>
/// <param name="Merging">Profiles of today that would be merged with others.</param>
/// <param name="Splitting">Profiles of today that would be several.</param>
/// <param name="EventsLost">Events of a profile today that would be nobody's.</param>
/// <param name="EventsGained">Events of nobody today that would be a profile's.</param>
/// <param name="Merges">What would be merged: those of most profiles first, at most 50.</param>
/// <param name="Splits">What would be split: those into most parts first, at most 50.</param>
internal sealed record RehearsalResponse(
    long ProfilesToday, long ProfilesAfter, long Merging, long Splitting, long EventsLost, long EventsGained,
    IEnumerable<RehearsedMergeResponse> Merges, IEnumerable<RehearsedSplitResponse> Splits)
{
    public static RehearsalResponse From(Rehearsal found) => new(
        found.PersonsToday, found.PersonsAfter, found.Merging, found.Splitting, found.EventsLost, found.EventsGained,
        found.Merges.Select(RehearsedMergeResponse.From), found.Splits.Select(RehearsedSplitResponse.From));
}

/// <summary>Profiles that would be one.</summary>
/// <param name="Profiles">How many.</param>
/// <param name="ProfileIds">Ids of up to 20 of them.</param>
/// <param name="Chain">Events that would tie the first two, in order.</param>
internal sealed record RehearsedMergeResponse(long Profiles, IEnumerable<string> ProfileIds, IEnumerable<EdgeResponse> Chain)
{
    public static RehearsedMergeResponse From(RehearsedMerge merge) => new(merge.Persons, merge.PersonIds, merge.Chain.Select(EdgeResponse.Of));
}

/// <summary>A profile that would be several.</summary>
/// <param name="ProfileId">Its id.</param>
/// <param name="PartsTotal">How many it would be.</param>
/// <param name="Parts">Up to 20 of them, those of most events first.</param>
internal sealed record RehearsedSplitResponse(string ProfileId, long PartsTotal, IEnumerable<RehearsedPartResponse> Parts)
{
    public static RehearsedSplitResponse From(RehearsedSplit split) => new(split.PersonId, split.PartsTotal, split.Parts.Select(RehearsedPartResponse.From));
}

/// <summary>One profile that would be made of another.</summary>
/// <param name="Events">How many of its events it would have.</param>
/// <param name="Identifiers">Up to 5 of its identifiers.</param>
internal sealed record RehearsedPartResponse(long Events, IEnumerable<NodeResponse> Identifiers)
{
    public static RehearsedPartResponse From(RehearsedPart part) => new(part.Events, part.Identifiers.Select(NodeResponse.From));
}
