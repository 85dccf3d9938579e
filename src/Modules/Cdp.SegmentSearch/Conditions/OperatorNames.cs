using System.Collections.Frozen;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>The operators as conditions write them.</summary>
internal static class OperatorNames
{
    private static readonly FrozenDictionary<string, (FilterOperator Operator, OperandShape Shape)> Table =
        new Dictionary<string, (FilterOperator, OperandShape)>
        {
            ["equals"] = (FilterOperator.Equal, OperandShape.Scalar),
            ["not_equals"] = (FilterOperator.NotEqual, OperandShape.Scalar),
            ["greater_than"] = (FilterOperator.GreaterThan, OperandShape.NumberOrText),
            ["at_least"] = (FilterOperator.AtLeast, OperandShape.NumberOrText),
            ["less_than"] = (FilterOperator.LessThan, OperandShape.NumberOrText),
            ["at_most"] = (FilterOperator.AtMost, OperandShape.NumberOrText),
            ["between"] = (FilterOperator.Between, OperandShape.Range),
            ["exists"] = (FilterOperator.Exists, OperandShape.None),
            ["absent"] = (FilterOperator.Absent, OperandShape.None),
            ["contains"] = (FilterOperator.Contains, OperandShape.Scalar),
            ["not_contains"] = (FilterOperator.NotContains, OperandShape.Scalar),
            ["starts_with"] = (FilterOperator.StartsWith, OperandShape.Text),
            ["ends_with"] = (FilterOperator.EndsWith, OperandShape.Text),
            ["one_of"] = (FilterOperator.OneOf, OperandShape.List),
            ["none_of"] = (FilterOperator.NoneOf, OperandShape.List),
            ["before"] = (FilterOperator.Before, OperandShape.Date),
            ["after"] = (FilterOperator.After, OperandShape.Date),
            ["within_last"] = (FilterOperator.WithinLast, OperandShape.Duration),
            ["not_within_last"] = (FilterOperator.NotWithinLast, OperandShape.Duration),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names, for messages.</summary>
    public static string All { get; } = string.Join(", ", Table.Keys.Order(StringComparer.Ordinal));

    public static bool TryGet(string name, out FilterOperator filterOperator, out OperandShape shape)
    {
        var found = Table.TryGetValue(name, out var entry);
        (filterOperator, shape) = entry;
        return found;
    }
}
