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

    /// <summary>
    /// A profile was taken apart: its events are forgotten, and what it has now comes next. The ids given are its own now, whoever
    /// had absorbed them.
    /// </summary>
    void Rebuilding(int profile, IReadOnlyCollection<string> absorbed);

    /// <summary>Nothing was left of a profile when it was taken apart; called before its ordinal is given up.</summary>
    void Leaving(int profile);

    /// <summary>A profile is erased; called before its ordinal is given up.</summary>
    void Erasing(int profile);
}
