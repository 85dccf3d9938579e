using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Feed;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Makes rounds of changes, merges and new profiles as the stage does, and knows what a store must hold after them.</summary>
internal sealed class StoredPeople(Random random)
{
    private readonly Dictionary<string, (StoredProfile Profile, List<TimelineEvent> Events)> _live = new(StringComparer.Ordinal);
    private long _feed;
    private long _merge;
    private long _offset;

    /// <summary>Live profiles.</summary>
    public IReadOnlyCollection<string> Ids => _live.Keys;

    /// <summary>A round; what it says is the truth from now on.</summary>
    public ProfileCommit Next()
    {
        if (random.Next(6) == 0 && _live.Count > 2)
            return Split(Any());
        var changed = new SortedDictionary<string, List<TimelineEvent>>(StringComparer.Ordinal);
        var merges = new List<(string Absorbed, string Survivor)>();
        for (var merge = random.Next(3); merge > 0 && _live.Count > 2; merge--)
            merges.Add(Merge(changed));
        for (var change = random.Next(1, 6); change > 0; change--)
            AddEvents(changed);

        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = _offset }, _merge, _feed + changed.Count) };
        var sequences = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (id, events) in changed)
        {
            var sequence = sequences[id] = ++_feed;
            _live[id].Profile.Document.Version++;
            commit.Profiles.Add((_live[id].Profile.Clone(), sequence));
            commit.Events.AddRange(events.Select(e => (id, e, sequence)));
        }
        commit.Absorbed.AddRange(merges.Select(m => (m.Absorbed, m.Survivor, sequences.GetValueOrDefault(m.Survivor, _feed))));
        return commit;
    }

    /// <summary>A profile goes; returns the sequence under which.</summary>
    public long Erase(string id)
    {
        _live.Remove(id);
        return ++_feed;
    }

    /// <summary>What whoever has read everything knows.</summary>
    public string Describe() =>
        FeedModel.Of(_live.Values.Select(p => new ProfileChange { Profile = p.Profile.Document, Events = { p.Events } }), _feed).Describe();

    // Into some of the ids that are the person's, a new one, or both.
    private ProfileCommit Split(string id)
    {
        _live.Remove(id, out var former);
        string[] absorbed = [.. former.Profile.Document.AbsorbedIds];
        List<string> ids = [.. absorbed.Append(id).Where(_ => random.Next(3) > 0)];
        if (ids.Count == 0 || random.Next(2) == 0)
            ids.Add($"{random.Next():x8}");
        var events = former.Events.Where(_ => random.Next(20) > 0).ToLookup(_ => ids[random.Next(ids.Count)]);
        ids.RemoveAll(part => !events[part].Any());
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = _offset }, ++_merge, ++_feed) };
        var others = absorbed.Except(ids).ToLookup(_ => ids.Count == 0 || random.Next(4) == 0 ? "" : ids[random.Next(ids.Count)]);
        var parts = ids.ConvertAll(part => new ProfileSplitPart(
            part, [.. others[part]], [.. events[part].Select(e => (e.Position.Partition, e.Position.Offset))]));
        foreach (var part in parts)
        {
            var document = new ProfileDocument { Id = part.ProfileId, Version = part.ProfileId == id ? former.Profile.Document.Version + 1 : 1, AbsorbedIds = { part.AbsorbedIds } };
            _live[part.ProfileId] = (new StoredProfile { Document = document }, [.. events[part.ProfileId]]);
            commit.Profiles.Add((_live[part.ProfileId].Profile.Clone(), _feed));
        }
        commit.Splits.Add(new ProfileSplit(id, _feed, parts, [.. ids.Contains(id) ? [] : new[] { id }, .. others[""]]));
        return commit;
    }

    private (string Absorbed, string Survivor) Merge(SortedDictionary<string, List<TimelineEvent>> changed)
    {
        var absorbed = Any();
        var survivor = Any();
        while (survivor == absorbed)
            survivor = Any();
        _merge++;
        _live.Remove(absorbed, out var gone);
        changed.Remove(absorbed);
        changed.TryAdd(survivor, []);
        _live[survivor].Events.AddRange(gone.Events);
        _live[survivor].Profile.Document.AbsorbedIds.AddRange([absorbed, .. gone.Profile.Document.AbsorbedIds]);
        return (absorbed, survivor);
    }

    private void AddEvents(SortedDictionary<string, List<TimelineEvent>> changed)
    {
        var id = _live.Count < 3 || random.Next(4) == 0 ? $"{random.Next():x8}" : Any();
        if (!_live.TryGetValue(id, out var person))
            _live[id] = person = (new StoredProfile { Document = new ProfileDocument { Id = id } }, []);
        changed.TryAdd(id, []);
        for (var count = random.Next(1, random.Next(10) == 0 ? 150 : 4); count > 0; count--)
        {
            var timeline = new TimelineEvent { Position = new FeedPosition { Offset = _offset++ }, Type = "track", Name = "E", Timestamp = random.Next(1_000), ReceivedAt = _offset };
            changed[id].Add(timeline);
            person.Events.Add(timeline);
        }
    }

    private string Any() => _live.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(_live.Count));
}
