namespace Cdp.Rest.Json;

/// <summary>Stages say "none" with an empty text, JSON says it with null.</summary>
internal static class EmptyText
{
    /// <summary>The text; null where it is empty.</summary>
    public static string? OrNull(this string text) => text.Length == 0 ? null : text;
}
