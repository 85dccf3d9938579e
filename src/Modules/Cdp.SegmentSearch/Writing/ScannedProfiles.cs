using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Writing;

/// <summary>Fills the index from a scan, and keeps for as long as it takes who was absorbed into whom.</summary>
internal sealed class ScannedProfiles : IIndexChanges
{
    private readonly ProfileIndex _index;
    private readonly Dictionary<string, string> _survivors = new(StringComparer.Ordinal);

    public ScannedProfiles(ProfileIndex index)
    {
        _index = index;
        index.Write(() =>
        {
            index.Clear();
            return true;
        });
    }

    public void Add(IReadOnlyCollection<ProfileChange> page)
    {
        _index.Write(() =>
        {
            foreach (var change in page)
                _index.Apply(change, this);
            return true;
        });
        foreach (var change in page)
        {
            foreach (var absorbed in change.Profile.AbsorbedIds)
                _survivors[absorbed] = change.Profile.Id;
        }
    }

    /// <summary>Ordinal of the profile that absorbed an id; null where none did.</summary>
    public int? SurvivorOf(string id) => _survivors.TryGetValue(id, out var survivor) ? _index.OrdinalOf(survivor) : null;

    // Nothing is asked before everything is there.
    void IIndexChanges.Added(int profile)
    {
    }

    void IIndexChanges.EventAdded(int profile, string name)
    {
    }

    void IIndexChanges.TraitChanged(int profile, string name)
    {
    }

    void IIndexChanges.Merging(int absorbed, int survivor)
    {
    }

    void IIndexChanges.Rebuilding(int profile, IReadOnlyCollection<string> absorbed)
    {
    }

    void IIndexChanges.Leaving(int profile)
    {
    }

    void IIndexChanges.Erasing(int profile)
    {
    }
}
