using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>Takes events and keeps them as messages, for tests of what intake writes.</summary>
internal sealed class MemoryLog : IEventLog
{
    private readonly Lock _gate = new();

    public List<Event> Events { get; } = [];

    public int Partitions => 1;

    public ValueTask<bool[]?> AppendAsync(EventBlock block, CancellationToken cancellationToken)
    {
        lock (_gate)
            Events.AddRange(EventBatch.Parser.ParseFrom(block.Bytes.Span).Events);
        return ValueTask.FromResult<bool[]?>(null);
    }

    public ValueTask<IReadOnlyList<FeedPosition>> HeadsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<EventFeedBatch> ReadAsync(IReadOnlyCollection<FeedPosition> from, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Event?>> FindAsync(IReadOnlyList<FeedPosition> positions, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> EraseAsync(IReadOnlyCollection<FeedPosition> positions, CancellationToken cancellationToken) => throw new NotSupportedException();
}
