using Cdp.Move.Sides;

namespace Cdp.Move;

/// <summary>What the command line asks for.</summary>
/// <param name="To">Where to.</param>
/// <param name="IsVerifyOnly">Whether to compare only.</param>
/// <param name="Settings">The rest: settings of the platform.</param>
internal sealed record MoveCommand(Place To, bool IsVerifyOnly, string[] Settings)
{
    private const string ToOption = "--to";
    private const string VerifyOption = "--verify-only";

    public static MoveCommand Parse(string[] args)
    {
        string? to = null;
        var settings = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == ToOption)
                to = i + 1 < args.Length ? args[++i] : null;
            else if (args[i].StartsWith($"{ToOption}=", StringComparison.Ordinal))
                to = args[i][(ToOption.Length + 1)..];
            else if (args[i] != VerifyOption)
                settings.Add(args[i]);
        }
        var place = to switch
        {
            "engines" => Place.Engines,
            "embedded" => Place.Embedded,
            _ => throw new InvalidOperationException($"{ToOption} engines or {ToOption} embedded is needed{(to is null ? "" : $", not {to}")}; --help says more."),
        };
        return new MoveCommand(place, args.Contains(VerifyOption), [.. settings]);
    }
}
