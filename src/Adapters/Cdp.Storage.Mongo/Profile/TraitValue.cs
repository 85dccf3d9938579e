using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>
/// A trait's JSON as a value that can be queried: text, numbers, booleans and lists of them. Objects have none, because their
/// field names come from users.
/// </summary>
internal static class TraitValue
{
    /// <summary>The value, null where there is none; and whether it says everything, down to how the JSON was written.</summary>
    public static (BsonValue? Value, bool IsExact) From(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var value = From(document.RootElement);
            return (value, value is not null && ToJson(value) == json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Nested too deeply, or text with half a character: kept as it was written.
            return (null, false);
        }
    }

    /// <summary>JSON of a value that says everything.</summary>
    public static string ToJson(BsonValue value) => value switch
    {
        BsonString text => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text.Value)}\"",
        BsonInt64 number => number.Value.ToString(CultureInfo.InvariantCulture),
        BsonDouble number => number.Value.ToString("R", CultureInfo.InvariantCulture),
        BsonBoolean flag => flag.Value ? "true" : "false",
        BsonArray list => $"[{string.Join(',', list.Select(ToJson))}]",
        _ => "null",
    };

    private static BsonValue? From(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? List(json) : json.ValueKind == JsonValueKind.Null ? null : Scalar(json);

    private static BsonArray? List(JsonElement json)
    {
        var list = new BsonArray(json.GetArrayLength());
        foreach (var item in json.EnumerateArray())
        {
            if (Scalar(item) is not { } value)
                return null;
            list.Add(value);
        }
        return list;
    }

    private static BsonValue? Scalar(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new BsonString(json.GetString()),
        JsonValueKind.Number when json.TryGetInt64(out var number) => new BsonInt64(number),
        JsonValueKind.Number when json.TryGetDouble(out var number) && double.IsFinite(number) => new BsonDouble(number),
        JsonValueKind.True => BsonBoolean.True,
        JsonValueKind.False => BsonBoolean.False,
        JsonValueKind.Null => BsonNull.Value,
        _ => null,
    };
}
