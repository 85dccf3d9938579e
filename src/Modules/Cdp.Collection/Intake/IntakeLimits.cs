namespace Cdp.Collection.Intake;

/// <summary>Limits of the tracking API: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#max-request-size</summary>
internal static class IntakeLimits
{
    /// <summary>Largest event, in bytes.</summary>
    public const int EventBytes = 32 * 1024;

    /// <summary>Largest body, in bytes, decompressed.</summary>
    public const int BodyBytes = 500 * 1024;

    /// <summary>Most events in a batch.</summary>
    public const int BatchEvents = 2_500;

    /// <summary>Longest message id, in characters.</summary>
    public const int MessageIdLength = 100;

    /// <summary>Longest user, anonymous, previous or group id, in bytes of UTF-8.</summary>
    public const int IdBytes = 512;

    /// <summary>Most bytes that one batch may become once what it shares is merged into every event.</summary>
    public const int PackedBytes = 32 * 1024 * 1024;

    /// <summary>Deepest nesting of an event.</summary>
    public const int Depth = 64;

    /// <summary>Deepest nesting of a body: more than an event's, so that one event that is too deep does not cost the others.</summary>
    public const int BodyDepth = 512;
}
