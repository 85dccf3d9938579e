using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Reads the file for one reader of the feed; holds nothing open between two reads.</summary>
internal sealed class EventLogCursor(EventLogFile file) : ILogCursor
{
    public ValueTask<IReadOnlyList<EventFeedBatch>> ReadAsync(int partition, long from, long head, CancellationToken cancellationToken) =>
        ValueTask.FromResult(file.Read(partition, from, head));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
