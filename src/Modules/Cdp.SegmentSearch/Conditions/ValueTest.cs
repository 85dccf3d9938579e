namespace Cdp.SegmentSearch.Conditions;

/// <summary>An operator with what it compares to.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Operands">Values to compare to; two for a range.</param>
/// <param name="Length">Length of a relative window in ms.</param>
public sealed record ValueTest(FilterOperator Operator, IReadOnlyList<Operand> Operands, long Length = 0);
