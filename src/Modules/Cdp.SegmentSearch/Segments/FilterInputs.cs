using Cdp.SegmentSearch.Conditions;

namespace Cdp.SegmentSearch.Segments;

/// <summary>What a filter looks at.</summary>
internal sealed class FilterInputs
{
    private FilterInputs(Filter filter) => Collect(filter);

    /// <summary>Event names.</summary>
    public HashSet<string> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of traits; of a dotted path each that it may be about.</summary>
    public HashSet<string> Traits { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of segments.</summary>
    public HashSet<string> Segments { get; } = new(StringComparer.Ordinal);

    public static FilterInputs Of(Filter filter) => new(filter);

    private void Collect(Filter filter)
    {
        switch (filter)
        {
            case AllFilter all:
                CollectAll(all.Parts);
                break;
            case AnyFilter any:
                CollectAll(any.Parts);
                break;
            case NotFilter not:
                Collect(not.Part);
                break;
            case EventFilter events:
                Events.Add(events.Name);
                break;
            case SegmentFilter segment:
                Segments.Add(segment.Key);
                break;
            case ValueFilter value:
                for (var dot = value.Path.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = value.Path.IndexOf('.', dot + 1))
                    Traits.Add(value.Path[..dot]);
                Traits.Add(value.Path);
                break;
        }
    }

    private void CollectAll(IReadOnlyList<Filter> parts)
    {
        foreach (var part in parts)
            Collect(part);
    }
}
