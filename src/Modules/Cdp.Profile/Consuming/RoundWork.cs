using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Documents;
using Cdp.Profile.Parsing;
using Cdp.Profile.Store;

namespace Cdp.Profile.Consuming;

/// <summary>The profiles of one round while they change.</summary>
internal sealed class RoundWork(ProfileCache cache)
{
    private readonly Dictionary<string, Changed> _changed = new(StringComparer.Ordinal);
    private readonly List<(string Absorbed, string Survivor)> _merges = [];

    public void Merge(Merge merge, long now)
    {
        var survivor = Change(merge.SurvivorId, now);
        survivor.MergedFrom.Add(merge.AbsorbedId);
        _merges.Add((merge.AbsorbedId, merge.SurvivorId));
        if (cache.Find(merge.AbsorbedId) is { } absorbed)
            survivor.State.Absorb(absorbed);
        else
            survivor.State.Absorb(new ProfileState(merge.AbsorbedId, now));
        if (_changed.Remove(merge.AbsorbedId, out var former))
            survivor.MergedFrom.AddRange(former.MergedFrom);
        cache.Remove(merge.AbsorbedId);
    }

    public void Apply(ParsedEvent source, Resolution resolution, long now, bool isReplay)
    {
        // No usable identifier: nobody's event. It stays in the log.
        if (resolution.ProfileId.Length == 0)
            return;
        if (!isReplay && cache.Find(resolution.ProfileId)?.Includes(source.Position) == true)
            return;
        var changed = Change(resolution.ProfileId, now);
        changed.State.Apply(source, resolution);
        changed.Events.Add(source.Timeline);
        changed.ReceivedAt = Math.Max(changed.ReceivedAt, source.Timeline.ReceivedAt);
    }

    public ProfileCommit Complete(ProfilePositions before, long now, out List<ProfileChange> changes)
    {
        changes = new List<ProfileChange>(_changed.Count);
        var sequence = before.Feed;
        var commit = new ProfileCommit { Positions = before with { Feed = before.Feed + _changed.Count } };
        foreach (var changed in _changed.Values)
        {
            sequence++;
            var stored = changed.State.Snapshot(now);
            commit.Profiles.Add((stored, sequence));
            foreach (var timeline in changed.Events)
                commit.Events.Add((changed.State.Id, timeline, sequence));
            var change = new ProfileChange { Sequence = sequence, Profile = stored.Document, ReceivedAt = changed.ReceivedAt };
            change.Events.AddRange(changed.Events);
            change.MergedFrom.AddRange(changed.MergedFrom);
            changes.Add(change);
            changed.Sequence = sequence;
        }
        foreach (var (absorbed, survivor) in _merges)
            commit.Absorbed.Add((absorbed, survivor, _changed.TryGetValue(survivor, out var changed) ? changed.Sequence : sequence));
        return commit;
    }

    private Changed Change(string id, long now)
    {
        if (_changed.TryGetValue(id, out var changed))
            return changed;
        var state = cache.Find(id);
        if (state is null)
            cache.Add(state = new ProfileState(id, now));
        return _changed[id] = new Changed(state);
    }

    private sealed class Changed(ProfileState state)
    {
        public ProfileState State { get; } = state;

        public List<TimelineEvent> Events { get; } = [];

        public List<string> MergedFrom { get; } = [];

        public long ReceivedAt { get; set; }

        public long Sequence { get; set; }
    }
}
