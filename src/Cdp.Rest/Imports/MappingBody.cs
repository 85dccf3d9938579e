using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;

namespace Cdp.Rest.Imports;

/// <summary>What a file is, and how its columns become events.</summary>
/// <param name="Dataset">Name of the dataset; the same dataset imported again changes nothing. Required.</param>
/// <param name="SourceId">Source that the events belong to; the first source without it.</param>
/// <param name="Format"><c>csv</c> or <c>ndjson</c>. Required.</param>
/// <param name="Delimiter">CSV delimiter; comma without it; <c>whitespace</c> for runs of blanks.</param>
/// <param name="HasHeader">Whether the CSV's first row names the columns.</param>
/// <param name="Type">Event type: track (without it), identify, page, screen, group.</param>
/// <param name="Event">Where the event name comes from (track only).</param>
/// <param name="UserId">Where userId comes from.</param>
/// <param name="AnonymousId">Where anonymousId comes from.</param>
/// <param name="GroupId">Where groupId comes from (group only).</param>
/// <param name="Timestamp">Where the timestamp comes from; the time of the import without it.</param>
/// <param name="MessageId">Where the message id comes from; dataset and row number without it.</param>
/// <param name="Identifiers">Other identifiers: type to its value.</param>
/// <param name="Traits">Trait name to its value.</param>
/// <param name="Properties">Property name to its value.</param>
internal sealed record MappingBody(
    string? Dataset, string? SourceId, string? Format, string? Delimiter, bool? HasHeader, string? Type,
    ValueBody? Event, ValueBody? UserId, ValueBody? AnonymousId, ValueBody? GroupId, ValueBody? Timestamp, ValueBody? MessageId,
    IReadOnlyDictionary<string, ValueBody?>? Identifiers,
    IReadOnlyDictionary<string, ValueBody?>? Traits,
    IReadOnlyDictionary<string, ValueBody?>? Properties)
{
    /// <summary>The message that begins an import.</summary>
    /// <exception cref="Grpc.Core.RpcException">A value names no origin, or several.</exception>
    public ImportBegin ToBegin()
    {
        var errors = new List<FieldError>();
        var mapping = new ImportMapping
        {
            Type = Type ?? "",
            Event = Event?.ToValue("event", errors),
            UserId = UserId?.ToValue("user_id", errors),
            AnonymousId = AnonymousId?.ToValue("anonymous_id", errors),
            GroupId = GroupId?.ToValue("group_id", errors),
            Timestamp = Timestamp?.ToValue("timestamp", errors),
            MessageId = MessageId?.ToValue("message_id", errors),
        };
        Add(mapping.Identifiers, Identifiers, "identifiers", errors);
        Add(mapping.Traits, Traits, "traits", errors);
        Add(mapping.Properties, Properties, "properties", errors);
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        return new ImportBegin
        {
            Dataset = Dataset ?? "",
            SourceId = SourceId ?? "",
            Format = Format ?? "",
            Delimiter = Delimiter ?? "",
            HasHeader = HasHeader ?? false,
            Mapping = mapping,
        };
    }

    private static void Add(
        Google.Protobuf.Collections.MapField<string, ImportValue> target, IReadOnlyDictionary<string, ValueBody?>? values, string path, List<FieldError> errors)
    {
        foreach (var (name, value) in values ?? new Dictionary<string, ValueBody?>())
            target[name] = (value ?? new ValueBody(null, null, null, null, null)).ToValue($"{path}.{name}", errors);
    }
}

/// <summary>Where one value of an event comes from: exactly one of column, constant and row number.</summary>
/// <param name="Column">Column by its header, or by its number from 1 in a file without one; NDJSON: a dotted path.</param>
/// <param name="Constant">The same text for every row.</param>
/// <param name="RowNumber">Dataset and row number.</param>
/// <param name="As"><c>string</c> (without it), <c>number</c>, <c>boolean</c> or <c>timestamp</c>.</param>
/// <param name="Format">Of timestamps, such as yyyyMMdd; without it ISO 8601, or unix seconds or milliseconds.</param>
internal sealed record ValueBody(string? Column, string? Constant, bool? RowNumber, string? As, string? Format)
{
    public ImportValue ToValue(string path, List<FieldError> errors)
    {
        var value = new ImportValue { As = As ?? "", Format = Format ?? "" };
        var named = 0;
        if (Column is not null)
        {
            value.Column = Column;
            named++;
        }
        if (Constant is not null)
        {
            value.Constant = Constant;
            named++;
        }
        if (RowNumber == true)
        {
            value.RowNumber = true;
            named++;
        }
        if (named != 1)
            errors.Add(new FieldError(path, $"expected exactly one of column, constant, row_number; found {named}"));
        return value;
    }
}
