using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Store;

/// <summary>A person with the evidence that made it.</summary>
/// <param name="Person">The person.</param>
/// <param name="Founders">The persons that it was made of, itself included.</param>
/// <param name="Ties">Ties between its identifiers, oldest first.</param>
/// <param name="Merges">Merges that made it, oldest first.</param>
public sealed record PersonHistory(StoredPerson Person, IReadOnlyList<Founder> Founders, IReadOnlyList<Tie> Ties, IReadOnlyList<Merge> Merges);
