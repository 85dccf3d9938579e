namespace Cdp.Archives;

/// <summary>
/// One kind of what a stage keeps, as records for moving it to another store. The same content has the same records, byte
/// for byte, in whichever store it lies.
/// </summary>
public interface IArchive
{
    /// <summary>Name of the stage.</summary>
    string Stage { get; }

    /// <summary>What it is, such as <c>persons</c>.</summary>
    string Kind { get; }

    /// <summary>A page of records after a cursor of this archive; empty: from the start. Nobody writes meanwhile.</summary>
    Task<ArchivePage> ReadAsync(string cursor, CancellationToken cancellationToken);

    /// <summary>Stores records; durable when it returns. Storing them again changes nothing.</summary>
    Task WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken);
}
