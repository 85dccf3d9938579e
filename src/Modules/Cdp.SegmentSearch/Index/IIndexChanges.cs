namespace Cdp.SegmentSearch.Index;

/// <summary>Is told what a change of a profile did to the index.</summary>
internal interface IIndexChanges
{
    /// <summary>A profile is new.</summary>
    void Added(int profile);

    /// <summary>A profile has an event more.</summary>
    void EventAdded(int profile, string name);

    /// <summary>A trait was set, changed or removed.</summary>
    void TraitChanged(int profile, string name);

    /// <summary>A profile's events become another's; called before its ordinal is given up.</summary>
    void Merging(int absorbed, int survivor);

    /// <summary>A profile is erased; called before its ordinal is given up.</summary>
    void Erasing(int profile);
}
