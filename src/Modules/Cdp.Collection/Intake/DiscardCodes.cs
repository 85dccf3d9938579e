namespace Cdp.Collection.Intake;

/// <summary>
/// Why an event was dropped after its request was answered, in the tracking API's words where it has one, see
/// https://segment.com/docs/connections/delivery-overview/
/// </summary>
internal static class DiscardCodes
{
    public const string NoUserAnonId = "no_user_anon_id";
    public const string IdRequired = "id_required";
    public const string IdNotString = "id_not_string";
    public const string EventNotDefined = "event_not_defined";
    public const string EventNotString = "event_not_string";
    public const string PropertiesNotObject = "properties_not_object";
    public const string TraitsNotObject = "traits_not_object";
    public const string NameNotString = "name_not_string";
    public const string SourceDisabled = "source_disabled";
    public const string EmptyBatch = "empty_batch";
    public const string TypeUnknown = "type_unknown";
    public const string EventNotObject = "event_not_object";
    public const string EventTooLarge = "event_too_large";
    public const string ContextNotObject = "context_not_object";
    public const string MessageIdInvalid = "message_id_invalid";

    /// <summary>The event was kept, its timestamp replaced by the time of receipt.</summary>
    public const string TimestampInvalid = "timestamp_invalid";
}
