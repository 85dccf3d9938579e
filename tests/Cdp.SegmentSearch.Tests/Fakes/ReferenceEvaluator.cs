using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.SegmentSearch.Conditions;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>What a filter means, written down as plainly as possible: straight over JSON, without index, limits or haste.</summary>
internal static class ReferenceEvaluator
{
    public static bool Matches(Filter filter, PersonModel person, long now, TimeSpan? kept = null) => filter switch
    {
        AllFilter all => all.Parts.All(p => Matches(p, person, now, kept)),
        AnyFilter any => any.Parts.Any(p => Matches(p, person, now, kept)),
        NotFilter not => !Matches(not.Part, person, now, kept),
        EventFilter events => Counts(events, person, now, kept),
        ValueFilter value => Test(value, Traits(person), now),
        _ => throw new NotSupportedException(),
    };

    private static bool Counts(EventFilter filter, PersonModel person, long now, TimeSpan? kept)
    {
        long count = person.Events.Count(e =>
            e.Name == filter.Name
            && (kept is null || e.Time > now - kept.Value.TotalMilliseconds)
            && (filter.Window.Length is { } length ? e.Time > now - length && e.Time <= now : e.Time >= filter.Window.From && e.Time < filter.Window.To)
            && (filter.Where is null || MatchesEvent(filter.Where, JsonDocument.Parse(e.Properties).RootElement, now)));
        return count >= filter.Count.Least && count <= filter.Count.Most;
    }

    private static bool MatchesEvent(Filter filter, JsonElement properties, long now) => filter switch
    {
        AllFilter all => all.Parts.All(p => MatchesEvent(p, properties, now)),
        AnyFilter any => any.Parts.Any(p => MatchesEvent(p, properties, now)),
        NotFilter not => !MatchesEvent(not.Part, properties, now),
        ValueFilter value => Test(value, properties, now),
        _ => throw new NotSupportedException(),
    };

    private static JsonElement Traits(PersonModel person) =>
        JsonDocument.Parse($"{{{string.Join(',', person.Traits.Select(t => $"{JsonSerializer.Serialize(t.Key)}:{t.Value}"))}}}").RootElement;

    private static bool Test(ValueFilter filter, JsonElement root, long now)
    {
        var found = new List<JsonElement>();
        var inArray = false;
        Find(root, filter.Path, found, ref inArray);
        var test = filter.Test;
        bool Any(Func<JsonElement, bool> one) => found.Any(one);
        if (found.Count == 0)
            return test.Operator == FilterOperator.Absent;
        return test.Operator switch
        {
            FilterOperator.Exists => true,
            FilterOperator.Absent => false,
            FilterOperator.Equal or FilterOperator.OneOf => Any(v => test.Operands.Any(o => IsEqual(v, o))),
            FilterOperator.NotEqual or FilterOperator.NoneOf => !Any(v => test.Operands.Any(o => IsEqual(v, o))),
            FilterOperator.Contains => Any(v => Contains(v, test.Operands[0], inArray)),
            FilterOperator.NotContains => !Any(v => Contains(v, test.Operands[0], inArray)),
            FilterOperator.GreaterThan => Any(v => Compare(v, test.Operands[0]) is > 0),
            FilterOperator.AtLeast => Any(v => Compare(v, test.Operands[0]) is >= 0),
            FilterOperator.LessThan => Any(v => Compare(v, test.Operands[0]) is < 0),
            FilterOperator.AtMost => Any(v => Compare(v, test.Operands[0]) is <= 0),
            FilterOperator.Between => Any(v => Compare(v, test.Operands[0]) is >= 0 && Compare(v, test.Operands[1]) is <= 0),
            FilterOperator.StartsWith => Any(v => TextOf(v)?.StartsWith(TextOf(test.Operands[0]), StringComparison.Ordinal) == true),
            FilterOperator.EndsWith => Any(v => TextOf(v)?.EndsWith(TextOf(test.Operands[0]), StringComparison.Ordinal) == true),
            FilterOperator.Before => Any(v => TimeOf(v) < test.Operands[0].Time),
            FilterOperator.After => Any(v => TimeOf(v) > test.Operands[0].Time),
            FilterOperator.WithinLast => Any(v => TimeOf(v) > now - test.Length && TimeOf(v) <= now),
            FilterOperator.NotWithinLast => !Any(v => TimeOf(v) > now - test.Length && TimeOf(v) <= now),
            _ => throw new NotSupportedException(),
        };
    }

    private static void Find(JsonElement value, string path, List<JsonElement> found, ref bool inArray)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (path.Length == 0)
            {
                inArray = true;
                found.Add(value);
            }
            foreach (var element in value.EnumerateArray())
            {
                var before = found.Count;
                Find(element, path, found, ref inArray);
                inArray |= found.Count > before;
            }
        }
        else if (path.Length == 0 && value.ValueKind != JsonValueKind.Null)
            found.Add(value);
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in value.EnumerateObject())
            {
                if (path == field.Name)
                    Find(field.Value, "", found, ref inArray);
                else if (path.StartsWith(field.Name + ".", StringComparison.Ordinal))
                    Find(field.Value, path[(field.Name.Length + 1)..], found, ref inArray);
            }
        }
    }

    private static bool Contains(JsonElement value, Operand operand, bool inArray) =>
        inArray ? IsEqual(value, operand) : operand.Kind == OperandKind.Text && TextOf(value)?.Contains(TextOf(operand), StringComparison.Ordinal) == true;

    private static bool IsEqual(JsonElement value, Operand operand) => operand.Kind switch
    {
        OperandKind.Boolean => value.ValueKind == (operand.Number == 1 ? JsonValueKind.True : JsonValueKind.False),
        _ => Compare(value, operand) == 0,
    };

    private static int? Compare(JsonElement value, Operand operand) => (value.ValueKind, operand.Kind) switch
    {
        (JsonValueKind.Number, OperandKind.Number) => value.GetDouble().CompareTo(operand.Number),
        (JsonValueKind.String, OperandKind.Text) => string.CompareOrdinal(value.GetString(), TextOf(operand)),
        _ => null,
    };

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string TextOf(Operand operand) => Encoding.UTF8.GetString(operand.Text);

    private static long? TimeOf(JsonElement value) =>
        TextOf(value) is { Length: >= 10 } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeMilliseconds()
            : null;
}
