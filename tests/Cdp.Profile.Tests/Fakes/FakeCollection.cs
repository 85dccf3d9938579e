using System.Threading.Channels;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>A log that gives what a test puts into it, to one subscriber after the other.</summary>
internal sealed class FakeCollection : CollectionService.CollectionServiceBase
{
    private readonly Channel<EventFeedBatch> _batches = Channel.CreateUnbounded<EventFeedBatch>();

    /// <summary>Where subscribers asked to begin.</summary>
    public List<SubscribeRequest> Subscribed { get; } = [];

    /// <summary>Events that can be read one by one.</summary>
    public Dictionary<FeedPosition, Event> Log { get; } = [];

    /// <summary>Released once for each subscription.</summary>
    public SemaphoreSlim Subscriptions { get; } = new(0);

    public CollectionService.CollectionServiceClient Client()
    {
        var methods = new InProcessMethods();
        CollectionService.BindService(methods, this);
        return new CollectionService.CollectionServiceClient(new InProcessCallInvoker(methods));
    }

    public void Put(EventFeedBatch batch) => _batches.Writer.TryWrite(batch);

    /// <summary>The subscription breaks off here.</summary>
    public void Break() => _batches.Writer.TryWrite(new EventFeedBatch { Partition = -1 });

    /// <summary>Next offsets of the partitions.</summary>
    public List<FeedPosition> Heads { get; } = [];

    public override Task<GetLogHeadsResponse> GetLogHeads(GetLogHeadsRequest request, ServerCallContext context) =>
        Task.FromResult(new GetLogHeadsResponse { Heads = { Heads } });

    public override Task<ReadEventsResponse> ReadEvents(ReadEventsRequest request, ServerCallContext context)
    {
        var response = new ReadEventsResponse();
        foreach (var position in request.Positions)
            response.Events.Add(Log.GetValueOrDefault(position) ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no event '{position.Partition}-{position.Offset}'.")));
        return Task.FromResult(response);
    }

    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<EventFeedBatch> responseStream, ServerCallContext context)
    {
        lock (Subscribed)
            Subscribed.Add(request);
        Subscriptions.Release();
        await foreach (var batch in _batches.Reader.ReadAllAsync(context.CancellationToken))
        {
            if (batch.Partition < 0)
                throw new RpcException(new Status(StatusCode.Unavailable, "Gone."));
            await responseStream.WriteAsync(batch);
        }
    }
}
