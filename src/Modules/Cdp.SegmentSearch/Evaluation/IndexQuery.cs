using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>
/// Answers a filter for all profiles at once: a set of ordinals per part, an event part by one pass over its table. Within
/// <see cref="ProfileIndex.Read"/>.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="membersOf">Members of a segment.</param>
/// <param name="now">Now, ms since 1970.</param>
internal sealed class IndexQuery(ProfileIndex index, Func<string, OrdinalSet> membersOf, long now)
{
    public OrdinalSet Run(Filter? filter) => filter is null ? Everyone() : Match(filter);

    // Always a set of its own, which the caller may change; never holds an ordinal that was given up.
    private OrdinalSet Match(Filter filter)
    {
        switch (filter)
        {
            case AllFilter all:
                return Combine(all.Parts, (left, right) => left.And(right));
            case AnyFilter any:
                return Combine(any.Parts, (left, right) => left.Or(right));
            case NotFilter not:
                var rest = Everyone();
                rest.Except(Match(not.Part));
                return rest;
            case SegmentFilter segment:
                var members = new OrdinalSet(index.Ordinals);
                members.Or(membersOf(segment.Key));
                return members;
            case ValueFilter value:
                return Match(value);
            case EventFilter events:
                return Match(events);
            default:
                throw new NotSupportedException($"{filter.GetType().Name} cannot be queried.");
        }
    }

    private OrdinalSet Combine(IReadOnlyList<Filter> parts, Action<OrdinalSet, OrdinalSet> combine)
    {
        var result = Match(parts[0]);
        foreach (var part in parts.Skip(1))
            combine(result, Match(part));
        return result;
    }

    private OrdinalSet Everyone()
    {
        var all = new OrdinalSet(index.Ordinals);
        for (var profile = 0; profile < index.Ordinals; profile++)
            all.Set(profile, index.IdOf(profile) is not null);
        return all;
    }

    private OrdinalSet Match(ValueFilter filter)
    {
        var node = new ValueNode(new ColumnReference(index.Traits, filter.Path), new ValueMatcher(filter.Test));
        var result = new OrdinalSet(index.Ordinals);
        var moment = new Moment(now);
        for (var profile = 0; profile < index.Ordinals; profile++)
        {
            if (node.Test(profile, ref moment) && index.IdOf(profile) is not null)
                result.Set(profile, true);
        }
        return result;
    }

    private OrdinalSet Match(EventFilter filter)
    {
        var counts = Count(filter);
        var result = new OrdinalSet(index.Ordinals);
        for (var profile = 0; profile < counts.Length; profile++)
        {
            if (counts[profile] >= filter.Count.Least && counts[profile] <= filter.Count.Most && index.IdOf(profile) is not null)
                result.Set(profile, true);
        }
        return result;
    }

    private int[] Count(EventFilter filter)
    {
        var counts = new int[index.Ordinals];
        if (index.FindEvents(filter.Name) is not { } table)
            return counts;
        var where = filter.Where is null ? null : FilterBinder.BindWhere(filter.Where, table);
        var (first, last) = filter.Window.At(now, index.EventsKept);
        var moment = new Moment(now);
        for (var row = 0; row < table.Rows; row++)
        {
            var current = table[row];
            if (current.Profile >= 0 && current.Time >= first && current.Time <= last && (where is null || where.Test(row, ref moment)))
                counts[current.Profile]++;
        }
        return counts;
    }
}
