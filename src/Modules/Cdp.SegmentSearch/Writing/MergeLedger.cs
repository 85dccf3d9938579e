using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Segments;

namespace Cdp.SegmentSearch.Writing;

/// <summary>Which absorbed profiles were members of what, and into whom they went, within one round.</summary>
internal sealed class MergeLedger(SegmentCatalog catalog, ProfileIndex index)
{
    private readonly Dictionary<int, List<Merged>> _bySurvivor = [];

    /// <summary>Notes a merge. What the absorbed profile had absorbed itself in this round goes on with it.</summary>
    public void Add(string id, int absorbed, int survivor, SegmentMask segments)
    {
        if (!_bySurvivor.TryGetValue(survivor, out var merged))
            _bySurvivor[survivor] = merged = [];
        merged.Add(new Merged(id, segments));
        if (_bySurvivor.Remove(absorbed, out var former))
            merged.AddRange(former);
    }

    /// <summary>Id of a profile that was absorbed into this one and was in the segment; null where there is none.</summary>
    public string? FindMember(int survivor, int rank) =>
        _bySurvivor.TryGetValue(survivor, out var merged) ? merged.FirstOrDefault(m => m.Segments.Contains(rank))?.Id : null;

    /// <summary>Every membership of an absorbed profile.</summary>
    public IEnumerable<(string Id, int Rank, int Survivor)> Members() =>
        _bySurvivor.Where(s => index.IdOf(s.Key) is not null)
            .SelectMany(survivor => Members(survivor.Value), (survivor, member) => (member.Id, member.Rank, survivor.Key));

    /// <summary>Takes out the memberships of what was absorbed into a profile.</summary>
    public IReadOnlyList<(string Id, int Rank)> Take(int survivor) =>
        _bySurvivor.Remove(survivor, out var merged) ? [.. Members(merged)] : [];

    /// <summary>Takes out a profile that was absorbed in this round and is one by itself again, with what it was in; null where it was not.</summary>
    public SegmentMask? TakeBack(string id)
    {
        foreach (var merged in _bySurvivor.Values)
        {
            if (merged.FindIndex(m => m.Id == id) is >= 0 and var index)
            {
                var segments = merged[index].Segments;
                merged.RemoveAt(index);
                return segments;
            }
        }
        return null;
    }

    private IEnumerable<(string Id, int Rank)> Members(List<Merged> merged) =>
        from absorbed in merged
        from rank in Enumerable.Range(0, catalog.Ranked.Count)
        where absorbed.Segments.Contains(rank)
        select (absorbed.Id, rank);

    private sealed record Merged(string Id, SegmentMask Segments);
}
