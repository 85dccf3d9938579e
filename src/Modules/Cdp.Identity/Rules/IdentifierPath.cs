namespace Cdp.Identity.Rules;

/// <summary>Where in an event an identifier's value may stand: a dotted path of its body.</summary>
internal static class IdentifierPath
{
    /// <summary>The list in which an external id names its own type.</summary>
    public const string ExternalIds = "context.externalIds";

    private const int Longest = 256;
    private const int Deepest = 8;

    // These say nothing about the kind of an id, so that several types may take it.
    private static readonly string[] Shared = [ExternalIds, "previousId"];
    private static readonly string[] OfAccounts = ["groupId", "context.groupId"];
    private static readonly string[] Objects = ["traits", "properties", "context", "context.traits", "context.device", "integrations", "context.integrations"];

    /// <summary>What is wrong with a path; null where nothing is.</summary>
    public static string? Error(string path)
    {
        if (path.Length is 0 or > Longest)
            return $"has {path.Length} characters; expected a dotted path of 1 to {Longest}, such as traits.email";
        var names = path.Split('.');
        if (names.Length > Deepest || names.Any(string.IsNullOrWhiteSpace))
            return $"expected 1 to {Deepest} names with dots between them, such as properties.loyalty_card";
        if (OfAccounts.Contains(path, StringComparer.Ordinal))
            return "is the id of an account; it identifies no person";
        return Objects.Contains(path, StringComparer.Ordinal) ? "is an object; expected the path of a value in it" : null;
    }

    /// <summary>Whether two types would read the same values.</summary>
    public static bool Collide(string type, string path, string otherType, string otherPath) =>
        path == otherPath && !Shared.Contains(path, StringComparer.Ordinal)
        && (Platform(type, path) is not { } platform || Platform(otherType, otherPath) is not { } other || platform == other);

    // Device ids are of one platform where the type says so.
    private static string? Platform(string type, string path) =>
        !path.StartsWith("context.device.", StringComparison.Ordinal) ? null
        : type.StartsWith("ios.", StringComparison.Ordinal) ? "ios"
        : type.StartsWith("android.", StringComparison.Ordinal) ? "android" : null;
}
