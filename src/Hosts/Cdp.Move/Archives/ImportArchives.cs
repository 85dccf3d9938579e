using System.Globalization;
using Cdp.Archives;
using Cdp.Collection;
using Cdp.Collection.Imports;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Move.Archives;

/// <summary>Imports, and the rows that they rejected.</summary>
internal sealed class ImportArchives(IImportStore imports) : IArchived
{
    private const int PageRecords = 1000;

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<ImportJob>(CollectionModule.Name, "imports", ReadImportsAsync, WriteImportsAsync),
        new Archive<RejectRecord>(CollectionModule.Name, "rejects", ReadRejectsAsync, WriteRejectsAsync),
    ];

    private async Task<RecordPage<ImportJob>> ReadImportsAsync(string cursor, CancellationToken cancellationToken)
    {
        var page = await imports.ListAsync(cursor, PageRecords, cancellationToken);
        return new RecordPage<ImportJob>(page, page.Count == PageRecords ? page[^1].Id : null);
    }

    private async Task WriteImportsAsync(IReadOnlyList<ImportJob> records, CancellationToken cancellationToken)
    {
        foreach (var job in records)
            await imports.PutAsync(job, cancellationToken);
    }

    // The cursor is an import and a row of it; without a row, what comes next is the import before it.
    private async Task<RecordPage<RejectRecord>> ReadRejectsAsync(string cursor, CancellationToken cancellationToken)
    {
        var at = cursor.Split(' ');
        var id = at.Length == 2 ? at[0] : (await imports.ListAsync(at[0], 1, cancellationToken)).FirstOrDefault()?.Id;
        if (id is null)
            return new RecordPage<RejectRecord>([], null);
        var after = at.Length == 2 ? long.Parse(at[1], CultureInfo.InvariantCulture) : long.MinValue;
        var page = await imports.ListRejectsAsync(id, after, PageRecords, cancellationToken);
        return new RecordPage<RejectRecord>(
            [.. page.Select(reject => new RejectRecord { ImportId = id, Reject = reject })],
            page.Count == PageRecords ? string.Create(CultureInfo.InvariantCulture, $"{id} {page[^1].Row}") : id);
    }

    private async Task WriteRejectsAsync(IReadOnlyList<RejectRecord> records, CancellationToken cancellationToken)
    {
        foreach (var import in records.GroupBy(record => record.ImportId))
            await imports.AddRejectsAsync(import.Key, [.. import.Select(record => record.Reject)], cancellationToken);
    }
}
