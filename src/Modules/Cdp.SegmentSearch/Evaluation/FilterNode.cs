using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>A filter bound to the index, asked of one row: a profile's ordinal or, within <c>where</c>, an event's row.</summary>
internal abstract class FilterNode
{
    public abstract bool Test(int row, ref Moment moment);
}

/// <summary>
/// All parts, or any. The first part that decides also decides when the answer may change: until then no other part can
/// change it.
/// </summary>
internal sealed class JunctionNode(FilterNode[] parts, bool isAll) : FilterNode
{
    public override bool Test(int row, ref Moment moment)
    {
        var all = new Moment(moment.Now);
        foreach (var part in parts)
        {
            var one = new Moment(moment.Now);
            if (part.Test(row, ref one) != isAll)
            {
                moment.ChangesAt(one.Next);
                return !isAll;
            }
            all.ChangesAt(one.Next);
        }
        moment.ChangesAt(all.Next);
        return isAll;
    }
}

/// <summary>The part does not hold.</summary>
internal sealed class NotNode(FilterNode part) : FilterNode
{
    public override bool Test(int row, ref Moment moment) => !part.Test(row, ref moment);
}

/// <summary>A value passes a test.</summary>
internal sealed class ValueNode(ColumnReference column, ValueMatcher matcher) : FilterNode
{
    public override bool Test(int row, ref Moment moment)
    {
        var (cell, texts) = column.Read(row);
        return matcher.Test(cell, texts, ref moment);
    }
}

/// <summary>The profile is in a set.</summary>
internal sealed class MemberNode(OrdinalSet members) : FilterNode
{
    public override bool Test(int row, ref Moment moment) => members.Contains(row);
}
