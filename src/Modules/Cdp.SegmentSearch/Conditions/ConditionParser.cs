using System.Text;
using System.Text.Json;
using Cdp.Contracts.Failures;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>Turns a condition's JSON into a filter, or into all that is wrong with it.</summary>
internal sealed class ConditionParser
{
    private const string ExpectedProfile = "exactly one of and, or, not, trait, event, segment";
    private const string ExpectedEvent = "exactly one of and, or, not, property";
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 4 * ConditionLimits.MostLevels, AllowDuplicateProperties = false };
    private readonly ConditionErrors _errors = new();
    private readonly Func<string, string?> _segmentError;
    private readonly ValueTestReader _tests;
    private readonly EventConditionReader _events;
    private int _nodes;

    private ConditionParser(Func<string, string?> segmentError)
    {
        _segmentError = segmentError;
        _tests = new ValueTestReader(_errors);
        _events = new EventConditionReader(_errors);
    }

    /// <summary>Parses a condition; throws INVALID_ARGUMENT with every wrong place.</summary>
    /// <param name="json">The condition as JSON text.</param>
    /// <param name="segmentError">What is wrong with a reference to a segment; null where it is right.</param>
    public static Filter Parse(string json, Func<string, string?> segmentError)
    {
        var filter = TryParse(json, segmentError, out var errors);
        return errors.Count == 0 ? filter! : throw Failure.Invalid(errors);
    }

    /// <summary>Parses a condition; null where there are errors.</summary>
    public static Filter? TryParse(string json, Func<string, string?> segmentError, out IReadOnlyList<FieldError> errors)
    {
        var parser = new ConditionParser(segmentError);
        var filter = parser.ReadText(json);
        errors = parser._errors.All;
        return errors.Count == 0 ? filter : null;
    }

    private Filter? ReadText(string json)
    {
        if (json.Length == 0)
            _errors.Add("condition", "is missing");
        else if (Encoding.UTF8.GetByteCount(json) is var bytes && bytes > ConditionLimits.MostBytes)
            _errors.Add("condition", $"has {bytes} bytes; at most {ConditionLimits.MostBytes} are taken");
        else
        {
            try
            {
                using var document = JsonDocument.Parse(json, Json);
                return Read(document.RootElement, "condition", level: 1, isWhere: false);
            }
            catch (JsonException exception)
            {
                _errors.Add("condition", $"is no JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            }
            catch (InvalidOperationException)
            {
                // An escaped half of a surrogate pair: JSON by the letter, but no text.
                _errors.Add("condition", "holds a string that is not valid Unicode");
            }
        }
        return null;
    }

    private Filter? Read(JsonElement condition, string path, int level, bool isWhere)
    {
        if (++_nodes > ConditionLimits.MostNodes)
        {
            if (_nodes == ConditionLimits.MostNodes + 1)
                _errors.Add("condition", $"has more than {ConditionLimits.MostNodes} nodes");
            return null;
        }
        if (level > ConditionLimits.MostLevels)
        {
            _errors.Add(path, $"lies deeper than {ConditionLimits.MostLevels} levels");
            return null;
        }
        if (condition.ValueKind != JsonValueKind.Object)
        {
            _errors.Expected(path, condition, "an object");
            return null;
        }
        var kinds = condition.EnumerateObject().Where(f => FieldsOf(f.Name, isWhere) is not null).ToList();
        if (kinds.Count != 1)
        {
            _errors.Add(path, $"found {(kinds.Count == 0 ? "none" : string.Join(" and ", kinds.Select(k => k.Name)))}; expected {(isWhere ? ExpectedEvent : ExpectedProfile)}");
            return null;
        }
        var kind = kinds[0];
        foreach (var field in condition.EnumerateObject().Where(f => !FieldsOf(kind.Name, isWhere)!.Contains(f.Name)))
            _errors.Add($"{path}.{field.Name}", $"is unknown beside {kind.Name}");
        return Read(kind, condition, path, level, isWhere);
    }

    private static string[]? FieldsOf(string kind, bool isWhere) => (kind, isWhere) switch
    {
        ("and" or "or" or "not", _) => [kind],
        ("property", true) => ["property", "op", "value"],
        ("trait", false) => ["trait", "op", "value"],
        ("event", false) => ["event", "where", "within", "from", "to", "count"],
        ("segment", false) => ["segment"],
        _ => null,
    };

    private Filter? Read(JsonProperty kind, JsonElement condition, string path, int level, bool isWhere)
    {
        switch (kind.Name)
        {
            case "and" or "or":
                return ReadParts(kind, $"{path}.{kind.Name}", level, isWhere);
            case "not":
                return Read(kind.Value, $"{path}.not", level + 1, isWhere) is { } part ? new NotFilter(part) : null;
            case "event":
                return ReadEvent(condition, path, level);
            case "segment":
                return ReadSegment(kind.Value, path);
            default:
                var name = ReadName(kind.Value, $"{path}.{kind.Name}");
                var test = _tests.Read(condition, path);
                return name is null || test is null ? null : new ValueFilter(name, test);
        }
    }

    private Filter? ReadParts(JsonProperty kind, string path, int level, bool isWhere)
    {
        if (kind.Value.ValueKind != JsonValueKind.Array || kind.Value.GetArrayLength() == 0)
        {
            _errors.Expected(path, kind.Value, "an array of at least one condition");
            return null;
        }
        var parts = new List<Filter>();
        var index = 0;
        foreach (var element in kind.Value.EnumerateArray())
        {
            if (Read(element, $"{path}[{index++}]", level + 1, isWhere) is { } part)
                parts.Add(part);
        }
        return kind.Name == "and" ? new AllFilter(parts) : new AnyFilter(parts);
    }

    private Filter? ReadEvent(JsonElement condition, string path, int level)
    {
        var name = ReadName(condition.GetProperty("event"), $"{path}.event");
        Filter? where = null;
        if (condition.TryGetProperty("where", out var given))
            where = Read(given, $"{path}.where", level + 1, isWhere: true);
        var window = _events.ReadWindow(condition, path);
        var count = _events.ReadCount(condition, path);
        return name is null ? null : new EventFilter(name, where, window, count);
    }

    private Filter? ReadSegment(JsonElement value, string path)
    {
        if (ReadName(value, $"{path}.segment") is not { } key)
            return null;
        if (_segmentError(key) is { } error)
            _errors.Add($"{path}.segment", error);
        return new SegmentFilter(key);
    }

    private string? ReadName(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= ConditionLimits.LongestName } name)
            return name;
        _errors.Expected(path, value, $"a string of 1 to {ConditionLimits.LongestName} characters");
        return null;
    }
}
