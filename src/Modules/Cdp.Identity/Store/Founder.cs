using Cdp.Identity.Rules;

namespace Cdp.Identity.Store;

/// <summary>A person as it was made. Kept after it was absorbed: a split may bring it back.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
/// <param name="First">The identifier that it was made for.</param>
public readonly record struct Founder(string Id, long CreatedAt, IdentifierKey First);
