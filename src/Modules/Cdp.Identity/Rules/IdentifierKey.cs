using Cdp.Contracts.Common.V1;

namespace Cdp.Identity.Rules;

/// <summary>A normalised identifier.</summary>
/// <param name="Type">Identifier type.</param>
/// <param name="Value">Normalised value.</param>
public readonly record struct IdentifierKey(string Type, string Value)
{
    /// <summary>As a message.</summary>
    public Identifier ToMessage() => new() { Type = Type, Value = Value };
}
