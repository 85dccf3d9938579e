using Cdp.Identity.Rules;
using Cdp.Identity.Store;

namespace Cdp.Identity.DryRuns;

/// <summary>Makes stores for dry runs. They are files of this process, whatever engine holds the persons.</summary>
public interface IDryRunStores
{
    /// <summary>An empty store; what earlier ones left behind is deleted.</summary>
    Task<IDryRunStore> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what earlier stores left behind, as after a crash. Not while one is open.</summary>
    void Clear();
}

/// <summary>Persons as they would be, beside whom the same events are of today. Gone when it is disposed of.</summary>
public interface IDryRunStore : IAsyncDisposable
{
    /// <summary>The persons as they would be.</summary>
    IIdentityStore Persons { get; }

    /// <summary>Counts events under the pair of persons that they are of today and would be of.</summary>
    Task AddAsync(IReadOnlyCollection<PersonPair> pairs, CancellationToken cancellationToken);

    /// <summary>Compares the persons after the last event; pairs are those with canonical ids.</summary>
    /// <param name="mostGroups">Most merges and most splits that are given.</param>
    /// <param name="mostPairs">Most pairs that are given of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<PersonComparison> CompareAsync(int mostGroups, int mostPairs, CancellationToken cancellationToken);
}

/// <summary>Events of one person today and one person after.</summary>
/// <param name="Today">Person of today; empty where they are nobody's.</param>
/// <param name="After">Person as it would be; empty where they would be nobody's.</param>
/// <param name="Identifier">An identifier by which they are the person's after; the default where they would be nobody's.</param>
/// <param name="Events">How many events.</param>
public readonly record struct PersonPair(string Today, string After, IdentifierKey Identifier, long Events);

/// <summary>A person that is several on the other side.</summary>
/// <param name="Total">How many on the other side.</param>
/// <param name="Pairs">The first pairs of it, those of most events first.</param>
public sealed record PairGroup(long Total, IReadOnlyList<PersonPair> Pairs);

/// <summary>Persons of today beside those that would be.</summary>
/// <param name="Today">Persons of today.</param>
/// <param name="After">Persons that would be.</param>
/// <param name="Merging">Persons of today that would be merged with others.</param>
/// <param name="Splitting">Persons of today that would be several.</param>
/// <param name="EventsLost">Events of somebody today that would be nobody's.</param>
/// <param name="EventsGained">Events of nobody today that would be somebody's.</param>
/// <param name="Merges">Persons that would be made of several of today, the largest first.</param>
/// <param name="Splits">Persons of today that would be several, those of most parts first.</param>
public sealed record PersonComparison(
    long Today, long After, long Merging, long Splitting, long EventsLost, long EventsGained, IReadOnlyList<PairGroup> Merges, IReadOnlyList<PairGroup> Splits);
