using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>Binds filters to the index, to be asked of one profile after another.</summary>
/// <param name="index">The index.</param>
/// <param name="membersOf">Members of a segment.</param>
internal sealed class FilterBinder(ProfileIndex index, Func<string, OrdinalSet> membersOf)
{
    /// <summary>Binds a filter of profiles.</summary>
    public FilterNode Bind(Filter filter) => filter switch
    {
        AllFilter all => new JunctionNode([.. all.Parts.Select(Bind)], isAll: true),
        AnyFilter any => new JunctionNode([.. any.Parts.Select(Bind)], isAll: false),
        NotFilter not => new NotNode(Bind(not.Part)),
        ValueFilter value => new ValueNode(new ColumnReference(index.Traits, value.Path), new ValueMatcher(value.Test)),
        SegmentFilter segment => new MemberNode(membersOf(segment.Key)),
        EventFilter events => new EventNode(index, events, table => events.Where is null ? null : BindWhere(events.Where, table)),
        _ => throw new NotSupportedException($"{filter.GetType().Name} cannot be bound."),
    };

    /// <summary>Binds a filter of the events of a table.</summary>
    public static FilterNode BindWhere(Filter filter, EventTable table) => filter switch
    {
        AllFilter all => new JunctionNode([.. all.Parts.Select(p => BindWhere(p, table))], isAll: true),
        AnyFilter any => new JunctionNode([.. any.Parts.Select(p => BindWhere(p, table))], isAll: false),
        NotFilter not => new NotNode(BindWhere(not.Part, table)),
        ValueFilter value => new ValueNode(new ColumnReference(table, value.Path), new ValueMatcher(value.Test)),
        _ => throw new NotSupportedException($"{filter.GetType().Name} cannot be asked of an event."),
    };
}
