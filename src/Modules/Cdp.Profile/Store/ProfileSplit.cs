namespace Cdp.Profile.Store;

/// <summary>A profile that is taken apart: its timeline and absorbed ids go to the parts.</summary>
/// <param name="ProfileId">The profile before.</param>
/// <param name="Sequence">
/// Sequence of the parts' documents and, from now on, of all their events: consumers of the feed forget what they were given under
/// these ids.
/// </param>
/// <param name="Parts">The profiles after it; the former id may be one of theirs.</param>
/// <param name="Gone">Ids that were the profile's and belong to no profile any more.</param>
public sealed record ProfileSplit(string ProfileId, long Sequence, IReadOnlyList<ProfileSplitPart> Parts, IReadOnlyCollection<string> Gone);

/// <summary>One profile after a split.</summary>
/// <param name="ProfileId">Its id.</param>
/// <param name="AbsorbedIds">Ids that are its own from now on, too.</param>
/// <param name="Events">Where its events lie in the event log. An event of the former profile that no part has is deleted.</param>
public sealed record ProfileSplitPart(string ProfileId, IReadOnlyCollection<string> AbsorbedIds, IReadOnlyCollection<(int Partition, long Offset)> Events);
