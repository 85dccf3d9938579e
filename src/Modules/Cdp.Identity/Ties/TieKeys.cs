using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Ties;

/// <summary>The identifiers of stored evidence, which are normalised.</summary>
public static class TieKeys
{
    /// <summary>Of a message.</summary>
    public static IdentifierKey Of(Identifier identifier) => new(identifier.Type, identifier.Value);

    /// <summary>Of a tie, by priority.</summary>
    public static List<IdentifierKey> Of(Tie tie) => [.. tie.Identifiers.Select(Of)];

    /// <summary>A tie of some of the identifiers of another one.</summary>
    internal static Tie With(this Tie tie, IEnumerable<IdentifierKey> keys)
    {
        var part = tie.Clone();
        part.Identifiers.Clear();
        part.Identifiers.AddRange(keys.Select(k => k.ToMessage()));
        return part;
    }
}
