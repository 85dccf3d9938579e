using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Cdp.Collection.Intake;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;

namespace Cdp.Collection.Imports;

/// <summary>Turns rows into events of the tracking API by a mapping.</summary>
internal sealed class RowMapper(ImportBegin begin, DateTimeOffset now)
{
    private static readonly string[] Types = ["track", "identify", "page", "screen", "group"];
    private static readonly string[] Kinds = ["", "string", "number", "boolean", "timestamp"];
    // Larger numbers are milliseconds (from the year 5138 on, were they seconds).
    private const long MostUnixSeconds = 100_000_000_000;
    private const long MostUnix = 100_000_000_000_000;
    private readonly ImportMapping _mapping = begin.Mapping ?? new ImportMapping();
    private readonly string _type = begin.Mapping?.Type is { Length: > 0 } type ? type : "track";

    /// <summary>Everything that is wrong with the mapping, before any row is read.</summary>
    public IEnumerable<FieldError> Validate()
    {
        if (begin.Format is not ("csv" or "ndjson"))
            yield return new FieldError("format", "expected csv or ndjson");
        if (begin.Dataset.Length is 0 or > 64)
            yield return new FieldError("dataset", "expected 1 to 64 characters");
        if (!Types.Contains(_type))
            yield return new FieldError("type", $"expected one of {string.Join(", ", Types)}");
        if (_mapping.UserId is null && _mapping.AnonymousId is null)
            yield return new FieldError("user_id", "user_id or anonymous_id is required");
        if (_type == "track" && _mapping.Event is null)
            yield return new FieldError("event", "required for track");
        if (_type == "group" && _mapping.GroupId is null)
            yield return new FieldError("group_id", "required for group");
        foreach (var (path, value) in Values())
        {
            if (value.FromCase == ImportValue.FromOneofCase.None)
                yield return new FieldError(path, "expected one of column, constant, row_number");
            if (!Kinds.Contains(value.As))
                yield return new FieldError($"{path}.as", "expected string, number, boolean or timestamp");
        }
    }

    /// <summary>Columns that the mapping names and the file does not have.</summary>
    public IEnumerable<FieldError> MissingColumns(CsvColumns columns) =>
        from value in Values()
        where value.Value.FromCase == ImportValue.FromOneofCase.Column && columns.IndexOf(value.Value.Column) < 0
        select new FieldError(value.Path, $"there is no column '{value.Value.Column}'; the file has {(columns.Names.Count == 0 ? "none" : string.Join(", ", columns.Names))}");

    /// <summary>The mapping path that a discard code speaks of; empty where it speaks of the whole row.</summary>
    public static string FieldOf(string discardCode) => discardCode switch
    {
        DiscardCodes.NoUserAnonId or DiscardCodes.IdNotString => "user_id",
        DiscardCodes.EventNotDefined => "event",
        DiscardCodes.IdRequired => "group_id",
        DiscardCodes.MessageIdInvalid => "message_id",
        _ => "",
    };

    /// <summary>The row as JSON of the tracking API, or what is wrong with it.</summary>
    public bool TryMap(ImportRow row, ArrayBufferWriter<byte> output, out RowFailure? failure)
    {
        failure = null;
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("type", _type);
        // A row without its own id is known by its place: the same file imported again changes nothing either way.
        json.WriteString("messageId", _mapping.MessageId is { } id && Text(row, id) is { Length: > 0 } own ? own : Numbered(row));
        WriteText(json, "userId", row, _mapping.UserId);
        WriteText(json, "anonymousId", row, _mapping.AnonymousId);
        WriteText(json, "groupId", row, _mapping.GroupId);
        WriteText(json, _type == "track" ? "event" : "name", row, _mapping.Event);
        if (_mapping.Timestamp is { } timestamp)
        {
            if (Time(Text(row, timestamp), timestamp.Format) is not { } time)
            {
                failure = new RowFailure(row.Number, "timestamp", timestamp.Format.Length > 0 ? $"expected a time as {timestamp.Format}" : "expected ISO 8601, or unix seconds or milliseconds");
                return false;
            }
            if (!EventTime.IsBelievable(time, now))
            {
                failure = new RowFailure(row.Number, "timestamp", "expected a time from the year 1900 to a day ahead");
                return false;
            }
            json.WriteString("timestamp", time);
        }
        if (!TryWriteObject(json, "properties", "properties", row, _mapping.Properties, out failure)
            || (_type is "identify" or "group" && !TryWriteObject(json, "traits", "traits", row, _mapping.Traits, out failure)))
            return false;
        json.WriteStartObject("context");
        if (_type is not ("identify" or "group") && !TryWriteObject(json, "traits", "traits", row, _mapping.Traits, out failure))
            return false;
        WriteExternalIds(json, row);
        json.WriteEndObject();
        json.WriteEndObject();
        return true;
    }

    private static string? Get(ImportRow row, ImportValue value) => value.FromCase switch
    {
        ImportValue.FromOneofCase.Column => row.Get(value.Column),
        ImportValue.FromOneofCase.Constant => value.Constant,
        _ => null,
    };

    private static DateTimeOffset? Time(string? text, string format)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (format.Length > 0)
            return DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact) ? exact : null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unix) && unix is > -MostUnix and < MostUnix)
            return unix is > -MostUnixSeconds and < MostUnixSeconds ? DateTimeOffset.FromUnixTimeSeconds(unix) : DateTimeOffset.FromUnixTimeMilliseconds(unix);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private string Numbered(ImportRow row) => $"{begin.Dataset}:{row.Number}";

    private string? Text(ImportRow row, ImportValue value) =>
        value.FromCase == ImportValue.FromOneofCase.RowNumber ? Numbered(row) : Get(row, value);

    private void WriteText(Utf8JsonWriter json, string name, ImportRow row, ImportValue? value)
    {
        if (value is not null && Text(row, value) is { Length: > 0 } text)
            json.WriteString(name, text);
    }

    private bool TryWriteObject(
        Utf8JsonWriter json, string name, string path, ImportRow row, IEnumerable<KeyValuePair<string, ImportValue>> values, out RowFailure? failure)
    {
        failure = null;
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            var text = Text(row, value);
            if (string.IsNullOrEmpty(text))
                continue;
            json.WritePropertyName(key);
            switch (value.As)
            {
                case "number" when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                    json.WriteNumberValue(number);
                    break;
                case "number" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var large) && double.IsFinite(large):
                    json.WriteNumberValue(large);
                    break;
                case "boolean" when text.ToLowerInvariant() is "true" or "1" or "yes" or "false" or "0" or "no":
                    json.WriteBooleanValue(text.ToLowerInvariant() is "true" or "1" or "yes");
                    break;
                case "timestamp" when Time(text, value.Format) is { } time:
                    json.WriteStringValue(time);
                    break;
                case "" or "string":
                    json.WriteStringValue(text);
                    break;
                default:
                    failure = new RowFailure(row.Number, $"{path}.{key}", $"expected a {value.As}");
                    return false;
            }
        }
        json.WriteEndObject();
        return true;
    }

    private void WriteExternalIds(Utf8JsonWriter json, ImportRow row)
    {
        json.WriteStartArray("externalIds");
        foreach (var (type, value) in _mapping.Identifiers)
        {
            if (Text(row, value) is not { Length: > 0 } id)
                continue;
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("type", type);
            json.WriteString("collection", "users");
            json.WriteString("encoding", "none");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private IEnumerable<(string Path, ImportValue Value)> Values()
    {
        (string Path, ImportValue? Value)[] single =
        [
            ("event", _mapping.Event), ("user_id", _mapping.UserId), ("anonymous_id", _mapping.AnonymousId),
            ("timestamp", _mapping.Timestamp), ("message_id", _mapping.MessageId), ("group_id", _mapping.GroupId),
        ];
        return single.Where(v => v.Value is not null).Select(v => (v.Path, v.Value!))
            .Concat(_mapping.Identifiers.Select(v => ($"identifiers.{v.Key}", v.Value)))
            .Concat(_mapping.Traits.Select(v => ($"traits.{v.Key}", v.Value)))
            .Concat(_mapping.Properties.Select(v => ($"properties.{v.Key}", v.Value)));
    }
}
