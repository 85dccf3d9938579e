namespace Cdp.SegmentSearch.Index;

/// <summary>Is shown what the index holds of a profile: its traits by path, then its events, each before its properties.</summary>
public interface IProfileVisitor
{
    /// <summary>An event; the values that follow are its properties.</summary>
    /// <param name="name">Name under which conditions find it.</param>
    /// <param name="time">Event time, ms since 1970.</param>
    void Event(string name, long time);

    /// <summary>The value at a path. Elements of an array follow it.</summary>
    void Value(string path, IndexedValue value);

    /// <summary>An element of the array at a path: a number, a boolean or a text.</summary>
    void Element(string path, IndexedValue value);
}
