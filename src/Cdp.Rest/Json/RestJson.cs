using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdp.Rest.Json;

/// <summary>How REST reads and writes JSON.</summary>
internal static class RestJson
{
    /// <summary>Deep enough for the deepest condition that segment search takes, 32 levels of an object in a list each.</summary>
    private const int MaxDepth = 128;

    /// <summary>Snake case; a field that is not known is an error, because it is most likely a typing mistake.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
