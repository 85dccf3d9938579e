using System.Text;
using System.Text.Json;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>Reads the window and the count of an event condition.</summary>
internal sealed class EventConditionReader(ConditionErrors errors)
{
    private const string ExpectedCount = """{"op":"at_least|at_most|exactly|more_than|fewer_than","value":n}""";

    public EventWindow ReadWindow(JsonElement condition, string path)
    {
        if (condition.TryGetProperty("within", out var within))
        {
            if (condition.TryGetProperty("from", out _) || condition.TryGetProperty("to", out _))
                errors.Add($"{path}.within", "stands beside from or to; expected one kind of window");
            if (within.ValueKind == JsonValueKind.String && Duration.TryParse(within.GetString(), out var length))
                return new EventWindow(length, long.MinValue, long.MaxValue);
            errors.Expected($"{path}.within", within, Duration.Expected);
            return EventWindow.Always;
        }
        var from = ReadTime(condition, "from", path) ?? long.MinValue;
        var to = ReadTime(condition, "to", path) ?? long.MaxValue;
        if (from >= to)
            errors.Add($"{path}.to", "is not after from");
        return new EventWindow(null, from, to);
    }

    public CountRange ReadCount(JsonElement condition, string path)
    {
        var least = new CountRange(1, long.MaxValue);
        if (!condition.TryGetProperty("count", out var count))
            return least;
        path += ".count";
        if (count.ValueKind != JsonValueKind.Object)
        {
            errors.Expected(path, count, ExpectedCount);
            return least;
        }
        foreach (var field in count.EnumerateObject().Where(f => f.Name is not ("op" or "value")))
            errors.Add($"{path}.{field.Name}", "is unknown; expected op and value");
        if (!count.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Number
            || !value.TryGetInt32(out var number) || number < 0)
        {
            errors.Expected($"{path}.value", value, $"a whole number from 0 to {int.MaxValue}");
            number = 0;
        }
        if (!count.TryGetProperty("op", out var op) || op.ValueKind != JsonValueKind.String)
            errors.Expected($"{path}.op", op, "one of at_least, at_most, exactly, more_than, fewer_than");
        else if (Range(op.GetString()!, number) is { } range)
            return range;
        else
            errors.Add($"{path}.op", "is no operator; expected one of at_least, at_most, exactly, more_than, fewer_than");
        return least;
    }

    private static CountRange? Range(string op, int number) => op switch
    {
        "at_least" => new CountRange(number, long.MaxValue),
        "more_than" => new CountRange(number + 1L, long.MaxValue),
        "at_most" => new CountRange(0, number),
        "fewer_than" => new CountRange(0, number - 1L),
        "exactly" => new CountRange(number, number),
        _ => null,
    };

    private long? ReadTime(JsonElement condition, string name, string path)
    {
        if (!condition.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && IsoTime.TryParse(Encoding.UTF8.GetBytes(value.GetString()!), out var time))
            return time;
        errors.Expected($"{path}.{name}", value, "an ISO 8601 date or instant, such as 2026-01-31 or 2026-01-31T10:00:00Z");
        return null;
    }
}
