using Cdp.Contracts.Profile.V1;

namespace Cdp.Profile.Tests.Feed;

/// <summary>A consumer of the feed that keeps all it is told, and fails where it is told something twice.</summary>
internal sealed class FeedModel
{
    private readonly Dictionary<string, (ProfileDocument Profile, SortedSet<(int, long)> Events)> _profiles = [];

    public long Sequence { get; private set; }

    public void Apply(ProfileChangeBatch batch)
    {
        Assert.True(batch.Sequence > Sequence, $"{batch.Sequence} after {Sequence}");
        Sequence = batch.Sequence;
        foreach (var change in batch.Changes)
            Apply(change);
    }

    public string Describe() => string.Join('\n', _profiles.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Value.Profile} {string.Join(',', p.Value.Events)}"));

    public static FeedModel Of(IEnumerable<ProfileChange> scanned, long sequence)
    {
        var model = new FeedModel { Sequence = sequence };
        foreach (var change in scanned)
            model.Apply(change);
        return model;
    }

    private void Apply(ProfileChange change)
    {
        if (change.Deleted)
        {
            _profiles.Remove(change.Profile.Id);
            return;
        }
        var events = _profiles.TryGetValue(change.Profile.Id, out var known) ? known.Events : [];
        foreach (var absorbed in change.MergedFrom)
        {
            if (_profiles.Remove(absorbed, out var gone))
                Add(events, gone.Events);
        }
        if (change.Rebuilt)
            events.Clear();
        Add(events, change.Events.Select(e => (e.Position.Partition, e.Position.Offset)));
        _profiles[change.Profile.Id] = (change.Profile, events);
    }

    private static void Add(SortedSet<(int, long)> events, IEnumerable<(int, long)> more)
    {
        foreach (var position in more)
            Assert.True(events.Add(position), $"{position} twice");
    }
}
