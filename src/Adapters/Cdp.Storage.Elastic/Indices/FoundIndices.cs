namespace Cdp.Storage.Elastic.Indices;

/// <summary>The platform's indices as the engine has them.</summary>
/// <param name="Live">Name of the one that searches use; null where there is none.</param>
/// <param name="IsCurrent">Whether its documents are as they would be written now.</param>
/// <param name="Others">Names of the others: what was being built when a process ended.</param>
/// <param name="LastNumber">Highest number in a name.</param>
internal sealed record FoundIndices(string? Live, bool IsCurrent, IReadOnlyList<string> Others, int LastNumber);
