using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;

namespace Cdp.Collection.Feed;

/// <summary>Intake and the event feed over gRPC.</summary>
public sealed class CollectionGrpcService(IEventLog log, EventIntake intake, SourceRegistry sources) : CollectionService.CollectionServiceBase
{
    private const int StreamBatch = 200;

    /// <inheritdoc />
    public override async Task<IngestResponse> Ingest(IngestRequest request, ServerCallContext context)
    {
        var result = await TakeAsync([request.Event.Memory], Authenticate(request.WriteKey), context);
        var dropped = result.Discards.FirstOrDefault(d => !d.Kept);
        return new IngestResponse { Result = dropped.Code is null ? new IngestResult { Duplicate = result.Duplicates > 0 } : Map(dropped, 0) };
    }

    /// <inheritdoc />
    public override async Task<IngestBatchResponse> IngestBatch(IngestBatchRequest request, ServerCallContext context)
    {
        if (request.Events.Count > IntakeLimits.BatchEvents)
            throw Failure.Invalid("events", $"has {request.Events.Count} events; at most {IntakeLimits.BatchEvents} are taken");
        if (request.Events.Sum(e => (long)e.Length) is > IntakeLimits.BodyBytes and var bytes)
            throw Failure.Invalid("events", $"have {bytes} bytes; at most {IntakeLimits.BodyBytes} are taken");
        var response = new IngestBatchResponse();
        Add(response, await TakeAsync(request.Events.Select(e => e.Memory), Authenticate(request.WriteKey), context), 0);
        return response;
    }

    /// <inheritdoc />
    public override async Task<IngestBatchResponse> IngestStream(IAsyncStreamReader<IngestRequest> requestStream, ServerCallContext context)
    {
        SourceIdentity? source = null;
        var response = new IngestBatchResponse();
        var pending = new List<ReadOnlyMemory<byte>>();
        var taken = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            source ??= Authenticate(requestStream.Current.WriteKey);
            pending.Add(requestStream.Current.Event.Memory);
            if (pending.Count >= StreamBatch)
                await FlushAsync();
        }
        if (pending.Count > 0)
            await FlushAsync();
        return response;

        async Task FlushAsync()
        {
            Add(response, await TakeAsync(pending, source!, context), taken);
            taken += pending.Count;
            pending.Clear();
        }
    }

    /// <inheritdoc />
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<EventFeedBatch> responseStream, ServerCallContext context)
    {
        if (request.From.FirstOrDefault(p => p.Partition < 0 || p.Partition >= log.Partitions || p.Offset < 0) is { } wrong)
            throw Failure.Invalid("from", $"partition {wrong.Partition}, offset {wrong.Offset}: expected partitions 0 to {log.Partitions - 1} and offsets from 0");
        await foreach (var batch in log.ReadAsync(request.From, context.CancellationToken))
            await responseStream.WriteAsync(batch, context.CancellationToken);
    }

    /// <inheritdoc />
    public override async Task<GetLogHeadsResponse> GetLogHeads(GetLogHeadsRequest request, ServerCallContext context) =>
        new() { Heads = { await log.HeadsAsync(context.CancellationToken) } };

    /// <inheritdoc />
    public override async Task<EraseEventsResponse> EraseEvents(EraseEventsRequest request, ServerCallContext context) =>
        new() { Erased = await log.EraseAsync(request.Positions, context.CancellationToken) };

    private static void Add(IngestBatchResponse response, IntakeResult result, int firstIndex)
    {
        response.Accepted += result.Accepted;
        response.Duplicates += result.Duplicates;
        response.Discarded.AddRange(result.Discards.Where(d => !d.Kept).Select(d => Map(d, firstIndex)));
    }

    private static IngestResult Map(EventDiscard discard, int firstIndex) => new()
    {
        Index = firstIndex + discard.Index,
        MessageId = discard.MessageId,
        DiscardCode = discard.Code,
        Detail = discard.Detail,
    };

    private SourceIdentity Authenticate(string writeKey) =>
        sources.Authenticate(writeKey) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "The write key is missing or unknown."));

    private async Task<IntakeResult> TakeAsync(IEnumerable<ReadOnlyMemory<byte>> events, SourceIdentity source, ServerCallContext context)
    {
        try
        {
            return await intake.TakeAsync(events, source, context.CancellationToken);
        }
        catch (LogUnavailableException exception)
        {
            throw Failure.Unavailable(exception.Message);
        }
    }
}
