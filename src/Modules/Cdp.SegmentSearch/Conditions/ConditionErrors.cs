using System.Text.Json;
using Cdp.Contracts.Failures;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>Collects what is wrong with a condition, each with its path. Values themselves never go into a message.</summary>
internal sealed class ConditionErrors
{
    // A condition that is wrong in this many places is wrong altogether.
    private const int Most = 100;
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> All => _errors;

    public void Add(string path, string description)
    {
        if (_errors.Count < Most)
            _errors.Add(new FieldError(path, description));
    }

    public void Expected(string path, JsonElement found, string expected) => Add(path, $"found {Describe(found)}; expected {expected}");

    private static string Describe(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
