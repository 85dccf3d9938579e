using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>A log that cannot take events.</summary>
internal sealed class RefusingLog(bool isOverload) : IEventLog
{
    public int Partitions => 1;

    public ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken) =>
        throw new LogUnavailableException("Full.", TimeSpan.FromSeconds(2.5), isOverload);

    public ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<EventFeedBatch> ReadAsync(IReadOnlyCollection<FeedPosition> from, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Event?>> FindAsync(IReadOnlyList<FeedPosition> positions, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken) => throw new NotSupportedException();
}
