namespace Cdp.Identity.Store;

/// <summary>The latest sequences given.</summary>
/// <param name="Merge">Of merges and splits; 0 before the first.</param>
/// <param name="Tie">Of ties; 0 before the first.</param>
public readonly record struct IdentitySequences(long Merge, long Tie);
