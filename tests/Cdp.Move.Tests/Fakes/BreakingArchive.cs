using Cdp.Archives;

namespace Cdp.Move.Tests.Fakes;

/// <summary>Fails after it has stored a page.</summary>
internal sealed class BreakingArchive(IArchive archive, Func<bool> breaks) : IArchive
{
    public string Stage => archive.Stage;

    public string Kind => archive.Kind;

    public Task<ArchivePage> ReadAsync(string cursor, CancellationToken cancellationToken) => archive.ReadAsync(cursor, cancellationToken);

    public async Task WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        await archive.WriteAsync(records, cancellationToken);
        if (breaks())
            throw new IOException("Interrupted.");
    }
}
