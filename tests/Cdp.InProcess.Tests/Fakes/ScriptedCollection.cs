using Cdp.Contracts.Collection.V1;
using Grpc.Core;

namespace Cdp.InProcess.Tests.Fakes;

/// <summary>A service whose methods do what a test says.</summary>
internal sealed class ScriptedCollection : CollectionService.CollectionServiceBase
{
    public Func<IngestRequest, ServerCallContext, Task<IngestResponse>>? OnIngest { get; init; }

    public Func<IAsyncStreamReader<IngestRequest>, ServerCallContext, Task<IngestBatchResponse>>? OnIngestStream { get; init; }

    public Func<IServerStreamWriter<EventFeedBatch>, ServerCallContext, Task>? OnSubscribe { get; init; }

    public override Task<IngestResponse> Ingest(IngestRequest request, ServerCallContext context) => OnIngest!(request, context);

    public override Task<IngestBatchResponse> IngestStream(IAsyncStreamReader<IngestRequest> requestStream, ServerCallContext context) =>
        OnIngestStream!(requestStream, context);

    public override Task Subscribe(SubscribeRequest request, IServerStreamWriter<EventFeedBatch> responseStream, ServerCallContext context) =>
        OnSubscribe!(responseStream, context);

    public CollectionService.CollectionServiceClient Connect(TimeProvider? time = null)
    {
        var methods = new InProcessMethods();
        CollectionService.BindService(methods, this);
        return new CollectionService.CollectionServiceClient(new InProcessCallInvoker(methods, time));
    }
}
