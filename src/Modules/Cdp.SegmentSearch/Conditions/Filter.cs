namespace Cdp.SegmentSearch.Conditions;

/// <summary>
/// What a condition asks, free of its notation: every evaluator and every query adapter translates this tree. A filter of a
/// profile is made of all kinds; one of an event (<c>where</c>) of values, <c>and</c>, <c>or</c> and <c>not</c> only.
/// </summary>
public abstract record Filter;

/// <summary>All parts hold.</summary>
public sealed record AllFilter(IReadOnlyList<Filter> Parts) : Filter;

/// <summary>At least one part holds.</summary>
public sealed record AnyFilter(IReadOnlyList<Filter> Parts) : Filter;

/// <summary>The part does not hold.</summary>
public sealed record NotFilter(Filter Part) : Filter;

/// <summary>A trait of the profile, or a property of the event, at a dotted path passes a test.</summary>
public sealed record ValueFilter(string Path, ValueTest Test) : Filter;

/// <summary>The profile is a member of a segment.</summary>
public sealed record SegmentFilter(string Key) : Filter;

/// <summary>The number of events of a name, within a window and with certain properties, lies in a range.</summary>
public sealed record EventFilter(string Name, Filter? Where, EventWindow Window, CountRange Count) : Filter;

/// <summary>
/// When events count. Relative: those of the last <paramref name="Length"/> ms, the moment that long ago excluded and now
/// included. Else from <paramref name="From"/> (included) to <paramref name="To"/> (excluded), ms since 1970.
/// </summary>
public readonly record struct EventWindow(long? Length, long From, long To)
{
    public static EventWindow Always { get; } = new(null, long.MinValue, long.MaxValue);

    /// <summary>First and last moment of the events that count now, both included.</summary>
    /// <param name="now">Now, ms since 1970.</param>
    /// <param name="kept">How long events are kept, in ms; null: for ever.</param>
    public (long First, long Last) At(long now, long? kept)
    {
        var (first, last) = Length is { } length ? (now - length + 1, now) : (From, To == long.MaxValue ? long.MaxValue : To - 1);
        return (kept is { } age ? Math.Max(first, now - age + 1) : first, last);
    }
}

/// <summary>Least and most events; both included.</summary>
public readonly record struct CountRange(long Least, long Most);
