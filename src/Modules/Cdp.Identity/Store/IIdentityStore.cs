using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Store;

/// <summary>An identifier as it is stored on a person.</summary>
/// <param name="Key">The identifier.</param>
/// <param name="CreatedAt">Event time at which it was first seen on the person, ms since 1970.</param>
/// <param name="SourceId">Source of that event.</param>
/// <param name="MessageId">Message id of that event.</param>
public readonly record struct StoredIdentifier(IdentifierKey Key, long CreatedAt, string SourceId, string MessageId);

/// <summary>A person as stored.</summary>
/// <param name="Id">Canonical id.</param>
/// <param name="CreatedAt">Creation, ms since 1970.</param>
/// <param name="Identifiers">All identifiers.</param>
/// <param name="Ties">Hashes of the ties that are stored of the person.</param>
/// <param name="Absorbed">How many persons it has absorbed.</param>
public sealed record StoredPerson(string Id, long CreatedAt, IReadOnlyList<StoredIdentifier> Identifiers, IReadOnlyList<ulong> Ties, int Absorbed);

/// <summary>What one batch changed; stored as a whole or not at all.</summary>
public sealed class IdentityChanges
{
    /// <summary>New persons, each with the identifier that it was made for, which is also in <see cref="Added"/>.</summary>
    public List<Founder> Created { get; } = [];

    /// <summary>New identifiers and the person that holds them before the merges of this batch.</summary>
    public List<(string PersonId, StoredIdentifier Identifier)> Added { get; } = [];

    /// <summary>New ties and the person that they are of before the merges of this batch.</summary>
    public List<(string PersonId, Tie Tie)> Ties { get; } = [];

    /// <summary>Merges in order: identifiers and absorbed ids of the absorbed person go to the survivor.</summary>
    public List<Merge> Merges { get; } = [];

    /// <summary>Links. Of the same two identifiers, the one that is stored already stays.</summary>
    public List<Link> Links { get; } = [];

    /// <summary>Whether there is nothing to store.</summary>
    public bool IsEmpty => Created.Count == 0 && Added.Count == 0 && Ties.Count == 0 && Merges.Count == 0 && Links.Count == 0;
}

/// <summary>Persons, their identifiers, and the merges that made them. Every adapter passes the same suite.</summary>
public interface IIdentityStore
{
    /// <summary>Persons that hold any of the identifiers, each once, with all their identifiers.</summary>
    Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken);

    /// <summary>A person by canonical or absorbed id; null where there is none.</summary>
    Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ids absorbed by a canonical id, oldest first.</summary>
    Task<IReadOnlyList<string>> AbsorbedAsync(string id, CancellationToken cancellationToken);

    /// <summary>Stores a batch's changes; durable when it returns.</summary>
    Task CommitAsync(IdentityChanges changes, CancellationToken cancellationToken);

    /// <summary>A person by canonical or absorbed id, with all evidence; null where there is none.</summary>
    Task<PersonHistory?> HistoryAsync(string id, CancellationToken cancellationToken);

    /// <summary>Replaces a person by the parts of a split; durable when it returns.</summary>
    Task SplitAsync(SplitCommit commit, CancellationToken cancellationToken);

    /// <summary>All separated pairs.</summary>
    Task<IReadOnlyList<Separation>> SeparationsAsync(CancellationToken cancellationToken);

    /// <summary>Merges after a sequence, in order.</summary>
    Task<IReadOnlyList<Merge>> MergesAfterAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>A merge, undone or not; null where there is none.</summary>
    Task<Merge?> FindMergeAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>Merges that made a person, oldest first; undone ones are left out.</summary>
    Task<IReadOnlyList<Merge>> MergesOfAsync(string id, CancellationToken cancellationToken);

    /// <summary>Links that name any of the identifiers, on either side, each once, oldest event first.</summary>
    Task<IReadOnlyList<Link>> LinksOfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken);

    /// <summary>Splits after a sequence, in order.</summary>
    Task<IReadOnlyList<Split>> SplitsAfterAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>A split; null where there is none.</summary>
    Task<Split?> FindSplitAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>The latest sequences ever given, erased ones included. To be asked before reading what the next commit builds on.</summary>
    Task<IdentitySequences> SequencesAsync(CancellationToken cancellationToken);

    /// <summary>Forgets a person; returns its canonical and absorbed ids. When it returns, the bytes are gone.</summary>
    Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken);
}
