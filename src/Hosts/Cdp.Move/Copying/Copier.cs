using Cdp.Archives;

namespace Cdp.Move.Copying;

/// <summary>Copies archives one after the other, page by page.</summary>
internal sealed class Copier(MoveJournal journal, TextWriter output, TimeProvider time)
{
    public async Task CopyAsync(IEnumerable<(IArchive Source, IArchive Target)> pairs, CancellationToken cancellationToken)
    {
        foreach (var (source, target) in pairs)
            await CopyAsync(source, target, cancellationToken);
    }

    private async Task CopyAsync(IArchive source, IArchive target, CancellationToken cancellationToken)
    {
        var progress = new Progress("copy", source, output, time);
        var cursor = journal.CursorOf(source);
        var reading = cursor is null ? null : source.ReadAsync(cursor, cancellationToken);
        while (reading is not null)
        {
            var page = await reading;
            // The next page is read while this one is stored.
            reading = page.Next is null ? null : source.ReadAsync(page.Next, cancellationToken);
            if (page.Records.Count > 0)
                await target.WriteAsync(page.Records, cancellationToken);
            journal.Note(source, page.Next);
            progress.Add(page.Records.Count);
        }
        progress.End();
    }
}
