using Google.Protobuf;

namespace Cdp.Archives;

/// <summary>An archive whose records are messages of one type.</summary>
/// <param name="stage">Name of the stage.</param>
/// <param name="kind">What it is.</param>
/// <param name="read">Reads a page after a cursor.</param>
/// <param name="write">Stores records.</param>
public sealed class Archive<T>(
    string stage,
    string kind,
    Func<string, CancellationToken, Task<RecordPage<T>>> read,
    Func<IReadOnlyList<T>, CancellationToken, Task> write) : IArchive
    where T : IMessage<T>, new()
{
    private readonly MessageParser<T> _parser = new(() => new T());

    /// <inheritdoc />
    public string Stage => stage;

    /// <inheritdoc />
    public string Kind => kind;

    /// <inheritdoc />
    public async Task<ArchivePage> ReadAsync(string cursor, CancellationToken cancellationToken)
    {
        var (records, next) = await read(cursor, cancellationToken);
        return new ArchivePage([.. records.Select(record => (ReadOnlyMemory<byte>)record.ToByteArray())], next);
    }

    /// <inheritdoc />
    public Task WriteAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken) =>
        write([.. records.Select(record => _parser.ParseFrom(record.Span))], cancellationToken);
}
