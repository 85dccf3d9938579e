using Cdp.SegmentSearch.Evaluation;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Segments;

/// <summary>
/// All segments at one time, ranked so that each comes after those that it refers to, and which of them look at what.
/// </summary>
internal sealed class SegmentCatalog
{
    private readonly Dictionary<string, int> _ranks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SegmentMask> _byEvent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SegmentMask> _byTrait = new(StringComparer.Ordinal);
    private readonly SegmentMask[] _dependents;
    private readonly FilterInputs[] _inputs;

    /// <param name="segments">The segments; references among them are complete and free of cycles.</param>
    /// <param name="index">The index that they are asked of.</param>
    public SegmentCatalog(IReadOnlyCollection<Segment> segments, ProfileIndex index)
    {
        EventsKept = index.EventsKept;
        Ranked = Rank(segments);
        All = new SegmentMask(Ranked.Count);
        _dependents = [.. Ranked.Select(_ => new SegmentMask(Ranked.Count))];
        _inputs = [.. Ranked.Select(s => FilterInputs.Of(s.Filter))];
        for (var rank = 0; rank < Ranked.Count; rank++)
        {
            _ranks[Ranked[rank].Key] = rank;
            All.Add(rank);
            foreach (var name in _inputs[rank].Events)
                MaskOf(_byEvent, name).Add(rank);
            foreach (var name in _inputs[rank].Traits)
                MaskOf(_byTrait, name).Add(rank);
            foreach (var key in _inputs[rank].Segments)
                _dependents[_ranks[key]].Add(rank);
        }
        var binder = new FilterBinder(index, MembersOf);
        Nodes = [.. Ranked.Select(s => binder.Bind(s.Filter))];
    }

    /// <summary>How long the index keeps events, in ms; null: for ever.</summary>
    public long? EventsKept { get; }

    /// <summary>Segments by rank.</summary>
    public IReadOnlyList<Segment> Ranked { get; }

    /// <summary>Their conditions by rank, for the one writer.</summary>
    public IReadOnlyList<FilterNode> Nodes { get; }

    /// <summary>Every segment.</summary>
    public SegmentMask All { get; }

    public Segment? Find(string key) => _ranks.TryGetValue(key, out var rank) ? Ranked[rank] : null;

    public int RankOf(string key) => _ranks[key];

    public OrdinalSet MembersOf(string key) => Ranked[_ranks[key]].Members;

    public SegmentMask? OfEvent(string name) => _byEvent.GetValueOrDefault(name);

    public SegmentMask? OfTrait(string name) => _byTrait.GetValueOrDefault(name);

    /// <summary>Segments that refer to the one of a rank.</summary>
    public SegmentMask DependentsOf(int rank) => _dependents[rank];

    /// <summary>Keys of the segments that refer to one.</summary>
    public IEnumerable<string> ReferencesTo(string key) => Ranked.Where((_, rank) => _inputs[rank].Segments.Contains(key)).Select(s => s.Key);

    /// <summary>Whether a segment looks at another, itself or through others.</summary>
    public bool Reaches(string from, string to) =>
        _inputs[_ranks[from]].Segments.Any(key => key == to || Reaches(key, to));

    private SegmentMask MaskOf(Dictionary<string, SegmentMask> masks, string name) =>
        masks.TryGetValue(name, out var mask) ? mask : masks[name] = new SegmentMask(Ranked.Count);

    private static List<Segment> Rank(IReadOnlyCollection<Segment> segments)
    {
        var byKey = segments.ToDictionary(s => s.Key, StringComparer.Ordinal);
        var ranked = new List<Segment>(segments.Count);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var segment in segments.OrderBy(s => s.Key, StringComparer.Ordinal))
            Place(segment);
        return ranked;

        void Place(Segment segment)
        {
            if (!placed.Add(segment.Key))
                return;
            foreach (var key in FilterInputs.Of(segment.Filter).Segments)
                Place(byKey[key]);
            ranked.Add(segment);
        }
    }
}
