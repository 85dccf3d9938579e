using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>Makes steps as the stage does, and knows what a store must hold after them.</summary>
internal sealed class StoredAudiences(Random random)
{
    private readonly SortedDictionary<string, (SegmentDefinition Definition, SortedDictionary<string, long> Members)> _segments = new(StringComparer.Ordinal);
    private readonly List<MembershipChange> _history = [];
    private readonly HashSet<string> _erased = new(StringComparer.Ordinal);
    private long _step;
    private long _feed;

    public IEnumerable<string> Keys => _segments.Keys;

    /// <summary>A step; what it says is the truth from now on.</summary>
    public SegmentCommit Next()
    {
        _step++;
        return _segments.Count < 2 || random.Next(8) == 0 ? Define() : random.Next(8) == 0 ? Delete() : Change();
    }

    public string Segments() => string.Join('\n', _segments.Values.Select(s => $"{s.Definition} {s.Members.Count}"));

    public string Members(string key) => string.Join(' ', _segments[key].Members.Select(m => $"{m.Key}@{m.Value}"));

    public string MembershipsOf(string id) => string.Join(' ', _segments.Where(s => s.Value.Members.ContainsKey(id)).Select(s => s.Key));

    public IEnumerable<MembershipChange> History(string key, string id) => _history.Where(c => c.SegmentKey == key && (id.Length == 0 || c.ProfileId == id)).Reverse();

    public IEnumerable<MembershipChange> Feed() => _history;

    private SegmentCommit Define()
    {
        var key = $"s{random.Next(4)}";
        var definition = new SegmentDefinition(key, $"{_step}", "{}", _step, _step);
        _segments[key] = (definition, _segments.TryGetValue(key, out var former) ? former.Members : new(StringComparer.Ordinal));
        var changes = Enumerable.Range(0, random.Next(20)).Select(_ => Toggle(key, $"p{random.Next(12)}")).OfType<MembershipChange>().ToList();
        return new SegmentCommit { Positions = new SegmentPositions(_step, _feed), Defined = definition, Changes = changes };
    }

    private SegmentCommit Delete()
    {
        var key = Any();
        _segments.Remove(key);
        _history.RemoveAll(c => c.SegmentKey == key);
        return new SegmentCommit { Positions = new SegmentPositions(_step, _feed), Deleted = key };
    }

    private SegmentCommit Change()
    {
        var changes = Enumerable.Range(0, random.Next(12)).Select(_ => Toggle(Any(), $"p{random.Next(12)}")).OfType<MembershipChange>().ToList();
        string[] erased = random.Next(6) == 0 ? [$"p{random.Next(12)}", $"p{random.Next(12)}"] : [];
        foreach (var id in erased)
            Erase(id);
        return new SegmentCommit { Positions = new SegmentPositions(_step, _feed += erased.Length), Changes = changes, Erased = erased };
    }

    // Ids that were erased do not come again.
    private MembershipChange? Toggle(string key, string id)
    {
        if (_erased.Contains(id))
            return null;
        var members = _segments[key].Members;
        var peer = random.Next(4) == 0 ? $"p{random.Next(12)}" : "";
        var change = new MembershipChange
        {
            Sequence = ++_feed,
            SegmentKey = key,
            ProfileId = id,
            Entered = !members.Remove(id),
            Cause = peer.Length > 0 ? MembershipCause.Merge : MembershipCause.Profile,
            At = _step,
            MergePeerId = _erased.Contains(peer) ? "" : peer,
        };
        if (change.Entered)
            members[id] = change.Sequence;
        _history.Add(change.Clone());
        return change;
    }

    private void Erase(string id)
    {
        _erased.Add(id);
        foreach (var (_, members) in _segments.Values)
            members.Remove(id);
        _history.RemoveAll(c => c.ProfileId == id);
        foreach (var change in _history.Where(c => c.MergePeerId == id))
            change.MergePeerId = "";
    }

    private string Any() => _segments.Keys.ElementAt(random.Next(_segments.Count));
}
