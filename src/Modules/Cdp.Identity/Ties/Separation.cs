using Cdp.Identity.Rules;

namespace Cdp.Identity.Ties;

/// <summary>Two identifiers whose coming together on an event says nothing any more.</summary>
/// <param name="Left">One of them.</param>
/// <param name="Right">The other one.</param>
/// <param name="OfAlias">Whether an alias said so; else an alias of both is new evidence.</param>
/// <param name="Split">Sequence of the split that separated them.</param>
public readonly record struct Separation(IdentifierKey Left, IdentifierKey Right, bool OfAlias, long Split);
