using Cdp.SegmentSearch.Conditions;
using Cdp.Storage.Elastic.Documents;

namespace Cdp.Storage.Elastic.Queries;

/// <summary>Writes the test of a value as a query of its terms; means exactly what the evaluator in memory means.</summary>
/// <param name="clauses">Writes clauses.</param>
/// <param name="now">Now, ms since 1970.</param>
internal sealed class ValueQuery(ClauseWriter clauses, long now)
{
    /// <param name="field">The field with the terms.</param>
    /// <param name="filter">The test.</param>
    public void Write(string field, ValueFilter filter)
    {
        void Exists() => clauses.Term(field, Term.Start(filter.Path, Term.Exists));
        void Positive(FilterOperator filterOperator) => WritePositive(field, filter.Path, filterOperator, filter.Test);
        switch (filter.Test.Operator)
        {
            case FilterOperator.Exists:
                Exists();
                break;
            case FilterOperator.Absent:
                clauses.All(null, Exists);
                break;
            case FilterOperator.NotEqual or FilterOperator.NoneOf:
                clauses.All(Exists, () => Positive(FilterOperator.OneOf));
                break;
            case FilterOperator.NotContains:
                clauses.All(Exists, () => Positive(FilterOperator.Contains));
                break;
            case FilterOperator.NotWithinLast:
                clauses.All(Exists, () => Positive(FilterOperator.WithinLast));
                break;
            default:
                Positive(filter.Test.Operator);
                break;
        }
    }

    private void WritePositive(string field, string path, FilterOperator filterOperator, ValueTest test)
    {
        string Text(Operand operand) => Term.OfText(operand.Text);
        void Range(char kind, (string, string)? lower, (string, string)? upper) =>
            clauses.Range(field, lower ?? ("gte", Term.Start(path, kind)), upper ?? ("lt", Term.End(path, kind)));
        (string, string) Bound(string @operator, char kind, string value) => (@operator, Term.Start(path, kind) + value);
        switch (filterOperator)
        {
            case FilterOperator.Equal or FilterOperator.OneOf:
                clauses.Terms(field, [.. test.Operands.Select(o => Equal(path, o))]);
                break;
            case FilterOperator.Contains when test.Operands[0].Kind == OperandKind.Text:
                WriteContains(field, path, test.Operands[0]);
                break;
            case FilterOperator.Contains:
                clauses.All(() => WriteElement(field, path, test.Operands[0]));
                break;
            case FilterOperator.StartsWith:
                clauses.Prefix(field, Term.Start(path, Term.Text) + Text(test.Operands[0]));
                break;
            case FilterOperator.EndsWith:
                clauses.Wildcard(field, Term.Start(path, Term.Text), Text(test.Operands[0]), atEnd: true);
                break;
            case FilterOperator.Before:
                Range(Term.Time, null, Bound("lt", Term.Time, Term.OfTime(test.Operands[0].Time)));
                break;
            case FilterOperator.After:
                Range(Term.Time, Bound("gt", Term.Time, Term.OfTime(test.Operands[0].Time)), null);
                break;
            case FilterOperator.WithinLast:
                Range(Term.Time, Bound("gt", Term.Time, Term.OfTime(now - test.Length)), Bound("lte", Term.Time, Term.OfTime(now)));
                break;
            default:
                var (kind, first, last) = Comparable(test);
                Range(
                    kind,
                    filterOperator switch
                    {
                        FilterOperator.GreaterThan => Bound("gt", kind, first),
                        FilterOperator.AtLeast or FilterOperator.Between => Bound("gte", kind, first),
                        _ => null,
                    },
                    filterOperator switch
                    {
                        FilterOperator.LessThan => Bound("lt", kind, first),
                        FilterOperator.AtMost => Bound("lte", kind, first),
                        FilterOperator.Between => Bound("lte", kind, last),
                        _ => null,
                    });
                break;
        }
    }

    // A text that holds it, or an array one of whose elements equals it.
    private void WriteContains(string field, string path, Operand operand) => clauses.Any(() =>
    {
        clauses.All(() => WriteElement(field, path, operand));
        clauses.All(
            () => clauses.Wildcard(field, Term.Start(path, Term.Text), Term.OfText(operand.Text), atEnd: false),
            () => clauses.Term(field, Term.Start(path, Term.Array)));
    });

    private void WriteElement(string field, string path, Operand operand)
    {
        clauses.Term(field, Term.Start(path, Term.Array));
        clauses.Term(field, Equal(path, operand));
    }

    private static (char Kind, string First, string Last) Comparable(ValueTest test) => test.Operands[0].Kind == OperandKind.Number
        ? (Term.Number, Term.OfNumber(test.Operands[0].Number), Term.OfNumber(test.Operands[^1].Number))
        : (Term.Text, Term.OfText(test.Operands[0].Text), Term.OfText(test.Operands[^1].Text));

    private static string Equal(string path, Operand operand) => operand.Kind switch
    {
        OperandKind.Boolean => Term.Start(path, Term.Boolean) + (operand.Number == 0 ? "0" : "1"),
        OperandKind.Number => Term.Start(path, Term.Number) + Term.OfNumber(operand.Number),
        _ => Term.Start(path, Term.Text) + Term.OfText(operand.Text),
    };
}
