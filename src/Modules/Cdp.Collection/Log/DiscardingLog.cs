using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Log;

/// <summary>
/// Takes events and throws them away: what accepting costs without keeping. Only for measuring, where
/// <c>Cdp:Collection:ParseOnly</c> asks for it.
/// </summary>
internal sealed class DiscardingLog(IEventLog log) : IEventLog
{
    public int Partitions => log.Partitions;

    public ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken) => default;

    public ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken) => log.HeadsAsync(cancellationToken);

    public IAsyncEnumerable<EventFeedBatch> ReadAsync(IReadOnlyCollection<FeedPosition> from, CancellationToken cancellationToken) =>
        log.ReadAsync(from, cancellationToken);

    public Task<IReadOnlyList<Event?>> FindAsync(IReadOnlyList<FeedPosition> positions, CancellationToken cancellationToken) =>
        log.FindAsync(positions, cancellationToken);

    public Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken) =>
        log.EraseAsync(positions, cancellationToken);
}
