using System.Globalization;
using System.Text.Json;
using Cdp.Contracts.Failures;

namespace Cdp.Identity.Rules.Documents;

/// <summary>
/// The fields of one JSON object. What is of a wrong type is an error and reads as absent, so that the rest is read all the same;
/// so is null.
/// </summary>
/// <param name="json">The object.</param>
/// <param name="path">Its path; empty for the whole document.</param>
/// <param name="errors">Where errors go.</param>
internal readonly struct JsonFields(JsonElement json, string path, List<FieldError> errors)
{
    private const int LongestName = 64;

    /// <summary>The path of a field.</summary>
    public string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Adds an error for each field that is not known.</summary>
    public void Expect(params ReadOnlySpan<string> known)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                errors.Add(new FieldError(At(field.Name.Length <= LongestName ? field.Name : field.Name[..LongestName]), $"is not a known field; expected one of {string.Join(", ", known.ToArray())}"));
        }
    }

    /// <summary>A text.</summary>
    public string? Text(string name) => Find(name, "a text", JsonValueKind.String) is { } found ? found.GetString() : null;

    /// <summary>True or false.</summary>
    public bool? Flag(string name) => Find(name, "true or false", JsonValueKind.True, JsonValueKind.False) is { } found ? found.GetBoolean() : null;

    /// <summary>A whole number.</summary>
    public long? Number(string name)
    {
        if (Find(name, "a whole number", JsonValueKind.Number) is not { } found)
            return null;
        if (found.TryGetInt64(out var number))
            return number;
        errors.Add(new FieldError(At(name), "is a fraction or too large; expected a whole number"));
        return null;
    }

    /// <summary>A list of texts; one that is no text is an error, and empty in the list, so that places stay as they are.</summary>
    public IReadOnlyList<string?>? Texts(string name, int most)
    {
        if (List(name, most) is not { } items)
            return null;
        var texts = new string?[items.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            if (items[i].ValueKind == JsonValueKind.String)
                texts[i] = items[i].GetString();
            else
                errors.Add(new FieldError(string.Create(CultureInfo.InvariantCulture, $"{At(name)}[{i}]"), $"is {Name(items[i].ValueKind)}; expected a text"));
        }
        return texts;
    }

    /// <summary>A list with a number of items at most.</summary>
    public IReadOnlyList<JsonElement>? List(string name, int most)
    {
        if (Find(name, "a list", JsonValueKind.Array) is not { } found)
            return null;
        var count = found.GetArrayLength();
        if (count <= most)
            return [.. found.EnumerateArray()];
        errors.Add(new FieldError(At(name), string.Create(CultureInfo.InvariantCulture, $"has {count} items; at most {most} are taken")));
        return null;
    }

    /// <summary>An object.</summary>
    public JsonFields? Object(string name) => Find(name, "an object", JsonValueKind.Object) is { } found ? new JsonFields(found, At(name), errors) : null;

    /// <summary>What a value is, for people.</summary>
    public static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private JsonElement? Find(string name, string expected, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (!json.TryGetProperty(name, out var found) || found.ValueKind == JsonValueKind.Null)
            return null;
        if (kinds.Contains(found.ValueKind))
            return found;
        errors.Add(new FieldError(At(name), $"is {Name(found.ValueKind)}; expected {expected}"));
        return null;
    }
}
