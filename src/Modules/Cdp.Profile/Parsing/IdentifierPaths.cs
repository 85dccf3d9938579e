using System.Collections.Frozen;
using Cdp.Contracts.Identity.V1;

namespace Cdp.Profile.Parsing;

/// <summary>Where one version of the identity rules has identifiers come from, made ready for events.</summary>
internal sealed class IdentifierPaths
{
    private const string ExternalIds = "context.externalIds";
    private static readonly string[] Platforms = ["ios", "android"];

    private readonly FrozenSet<string> _notExternal;

    /// <summary>Where nothing is read.</summary>
    public static readonly IdentifierPaths None = new(new IdentityRules());

    public IdentifierPaths(IdentityRules rules)
    {
        Version = rules.Version;
        var body = new PathNode();
        foreach (var rule in rules.Identifiers)
        {
            foreach (var path in rule.From)
                Add(body, rule.Type, path);
        }
        Traits = body.Child("traits");
        Properties = body.Child("properties");
        Context = body.Child("context");
        ContextTraits = Context?.Child("traits");
        Device = Context?.Child("device");
        Others = body;
        HasOthers = rules.Identifiers.SelectMany(rule => rule.From).Any(path => path.Split('.')[0] is not ("traits" or "properties" or "context" or "userId" or "anonymousId" or "previousId"));
        UserId = Types(rules, "userId");
        AnonymousId = Types(rules, "anonymousId");
        PreviousId = Types(rules, "previousId");
        _notExternal = rules.Identifiers.Where(rule => !rule.From.Contains(ExternalIds)).Select(rule => rule.Type).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Version of the rules.</summary>
    public long Version { get; }

    /// <summary>Types that are an event's userId.</summary>
    public string[] UserId { get; }

    /// <summary>Types that are an event's anonymousId.</summary>
    public string[] AnonymousId { get; }

    /// <summary>Types that an alias's previousId may be.</summary>
    public string[] PreviousId { get; }

    /// <summary>In an identify call's traits.</summary>
    public PathNode? Traits { get; }

    /// <summary>In the properties of other calls.</summary>
    public PathNode? Properties { get; }

    /// <summary>In the context.</summary>
    public PathNode? Context { get; }

    /// <summary>In the context's traits.</summary>
    public PathNode? ContextTraits { get; }

    /// <summary>In the context's device.</summary>
    public PathNode? Device { get; }

    /// <summary>In the body, for what is in none of the others.</summary>
    public PathNode Others { get; }

    /// <summary>Whether there is anything in none of the others.</summary>
    public bool HasOthers { get; }

    /// <summary>Whether external ids of a type are identifiers.</summary>
    public bool TakesExternal(string type) => !_notExternal.Contains(type);

    private static string[] Types(IdentityRules rules, string path) => [.. rules.Identifiers.Where(rule => rule.From.Contains(path)).Select(rule => rule.Type)];

    private static void Add(PathNode body, string type, string path)
    {
        var platform = path.StartsWith("context.device.", StringComparison.Ordinal)
            ? Platforms.FirstOrDefault(p => type.StartsWith($"{p}.", StringComparison.Ordinal))
            : null;
        body.Add(path.Split('.'), new IdentifierSource(type, platform, path == "context.device.advertisingId"));
    }
}
