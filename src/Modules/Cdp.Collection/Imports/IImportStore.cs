using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Imports;

/// <summary>Where imports and their rejects are kept.</summary>
public interface IImportStore
{
    /// <summary>Creates or replaces an import.</summary>
    Task PutAsync(ImportJob job, CancellationToken cancellationToken);

    /// <summary>One import; null where there is none.</summary>
    Task<ImportJob?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Imports before an id (empty: from the newest), newest first.</summary>
    Task<IReadOnlyList<ImportJob>> ListAsync(string beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>Adds rejects; a row that is there already is replaced.</summary>
    Task AddRejectsAsync(string importId, IReadOnlyCollection<ImportReject> rejects, CancellationToken cancellationToken);

    /// <summary>Rejects after a row, in row order.</summary>
    Task<IReadOnlyList<ImportReject>> ListRejectsAsync(string importId, long afterRow, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes imports that ended before a moment, ms since 1970, oldest first, with their rejects: at most
    /// <paramref name="limit"/> rows of both; returns how many, 0 where none is left. An import goes after its last reject.
    /// </summary>
    Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken);
}
