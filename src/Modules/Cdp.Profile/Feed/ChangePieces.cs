using Cdp.Contracts.Profile.V1;

namespace Cdp.Profile.Feed;

/// <summary>Divides changes among messages, so that none is larger than a message may be, however many events a profile has.</summary>
internal static class ChangePieces
{
    // A quarter of the largest message; a profile and an event come on top of it.
    private const int PieceBytes = 16 * 1024 * 1024;

    /// <summary>The changes in pieces, at least one. The events of a profile may be in several, its other fields are in the first of them.</summary>
    public static IReadOnlyList<IReadOnlyList<ProfileChange>> Of(IReadOnlyList<ProfileChange> changes)
    {
        if (changes.Sum(c => (long)c.CalculateSize()) <= PieceBytes)
            return [changes];
        var pieces = new List<List<ProfileChange>> { new() };
        var bytes = 0;
        foreach (var change in changes)
        {
            var open = new ProfileChange(change);
            open.Events.Clear();
            bytes += open.CalculateSize();
            pieces[^1].Add(open);
            foreach (var timeline in change.Events)
            {
                if (bytes > PieceBytes)
                {
                    open = new ProfileChange { Sequence = change.Sequence, Profile = change.Profile, ReceivedAt = change.ReceivedAt };
                    pieces.Add([open]);
                    bytes = 0;
                }
                open.Events.Add(timeline);
                bytes += timeline.CalculateSize();
            }
        }
        return pieces;
    }
}
