using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;

namespace Cdp.SegmentSearch.Evaluation;

/// <summary>
/// Tests values in the index. Without a value only <c>absent</c> holds. A negative operator holds where there is a value and
/// its positive one does not. An array passes where one of its elements does.
/// </summary>
internal sealed class ValueMatcher(ValueTest test)
{
    private readonly FilterOperator _positive = PositiveOf(test.Operator);
    private readonly Operand[] _operands = [.. test.Operands];

    public bool Test(Cell cell, TextArena texts, ref Moment moment)
    {
        if (test.Operator == FilterOperator.Absent || cell.IsAbsent)
            return (test.Operator == FilterOperator.Absent) == cell.IsAbsent;
        if (test.Operator == FilterOperator.Exists)
            return true;
        return TestPositive(cell, texts, ref moment) == (_positive == test.Operator);
    }

    private bool TestPositive(Cell cell, TextArena texts, ref Moment moment)
    {
        switch (cell.Kind)
        {
            case CellKind.Number or CellKind.Boolean:
                return _positive != FilterOperator.Contains && TestScalar(cell.Kind, cell.Number, [], ref moment);
            case CellKind.Text when _positive == FilterOperator.Contains:
                return _operands[0].Kind == OperandKind.Text && texts.Read(cell.Address).IndexOf(_operands[0].Text) >= 0;
            case CellKind.Text:
                return TestScalar(CellKind.Text, 0, texts.Read(cell.Address), ref moment);
            case CellKind.Array:
                return TestElements(texts.Read(cell.Address), ref moment);
            default:
                return false;
        }
    }

    // All elements are looked at, because each may be the next to change the answer with time.
    private bool TestElements(ReadOnlySpan<byte> array, ref Moment moment)
    {
        var any = false;
        var elements = new CellArray.Reader(array);
        while (elements.Read())
            any |= TestScalar(elements.Kind, elements.Number, elements.Text, ref moment);
        return any;
    }

    private bool TestScalar(CellKind kind, double number, ReadOnlySpan<byte> text, ref Moment moment)
    {
        switch (_positive)
        {
            case FilterOperator.Equal or FilterOperator.OneOf or FilterOperator.Contains:
                foreach (var operand in _operands)
                {
                    if (IsEqual(operand, kind, number, text))
                        return true;
                }
                return false;
            case FilterOperator.GreaterThan:
                return Compare(0, kind, number, text) is > 0;
            case FilterOperator.AtLeast:
                return Compare(0, kind, number, text) is >= 0;
            case FilterOperator.LessThan:
                return Compare(0, kind, number, text) is < 0;
            case FilterOperator.AtMost:
                return Compare(0, kind, number, text) is <= 0;
            case FilterOperator.Between:
                return Compare(0, kind, number, text) is >= 0 && Compare(1, kind, number, text) is <= 0;
            case FilterOperator.StartsWith:
                return kind == CellKind.Text && text.StartsWith(_operands[0].Text);
            case FilterOperator.EndsWith:
                return kind == CellKind.Text && text.EndsWith(_operands[0].Text);
            case FilterOperator.Before:
                return kind == CellKind.Text && IsoTime.TryParse(text, out var before) && before < _operands[0].Time;
            case FilterOperator.After:
                return kind == CellKind.Text && IsoTime.TryParse(text, out var after) && after > _operands[0].Time;
            case FilterOperator.WithinLast:
                return kind == CellKind.Text && IsoTime.TryParse(text, out var time) && IsWithinLast(time, ref moment);
            default:
                throw new InvalidOperationException($"{_positive} tests no single value.");
        }
    }

    private bool IsWithinLast(long time, ref Moment moment)
    {
        moment.ChangesAt(time);
        moment.ChangesAt(time + test.Length);
        return time <= moment.Now && time > moment.Now - test.Length;
    }

    private int? Compare(int operand, CellKind kind, double number, ReadOnlySpan<byte> text) => (_operands[operand].Kind, kind) switch
    {
        (OperandKind.Number, CellKind.Number) => number.CompareTo(_operands[operand].Number),
        (OperandKind.Text, CellKind.Text) => text.SequenceCompareTo(_operands[operand].Text),
        _ => null,
    };

    private static bool IsEqual(Operand operand, CellKind kind, double number, ReadOnlySpan<byte> text) => (operand.Kind, kind) switch
    {
        (OperandKind.Number, CellKind.Number) or (OperandKind.Boolean, CellKind.Boolean) => number == operand.Number,
        (OperandKind.Text, CellKind.Text) => text.SequenceEqual(operand.Text),
        _ => false,
    };

    private static FilterOperator PositiveOf(FilterOperator filterOperator) => filterOperator switch
    {
        FilterOperator.NotEqual => FilterOperator.Equal,
        FilterOperator.NotContains => FilterOperator.Contains,
        FilterOperator.NoneOf => FilterOperator.OneOf,
        FilterOperator.NotWithinLast => FilterOperator.WithinLast,
        _ => filterOperator,
    };
}
