namespace Cdp.SegmentSearch.Conditions;

/// <summary>How a value is tested. Every operator but <see cref="Absent"/> is false where there is no value.</summary>
public enum FilterOperator
{
    Equal,
    NotEqual,
    GreaterThan,
    AtLeast,
    LessThan,
    AtMost,
    Between,
    Exists,
    Absent,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    OneOf,
    NoneOf,
    Before,
    After,
    WithinLast,
    NotWithinLast,
}

/// <summary>What an operator is given as <c>value</c>.</summary>
internal enum OperandShape
{
    None,
    Scalar,
    NumberOrText,
    Range,
    List,
    Text,
    Date,
    Duration,
}
