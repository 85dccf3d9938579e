using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Cdp.Collection.Feed;

/// <summary>Intake and the event feed over gRPC.</summary>
public sealed class CollectionGrpcService(IEventLog log, EventIntake intake, SourceRegistry sources, IHostApplicationLifetime lifetime)
    : CollectionService.CollectionServiceBase
{
    private const int MostEventsRead = 10_000;

    /// <inheritdoc />
    public override async Task<IngestResponse> Ingest(IngestRequest request, ServerCallContext context)
    {
        var source = Authenticate(request.WriteKey);
        var (result, messageId) = await IngestCall.TakeAsync(() => intake.TakeOneAsync(request.Event.Memory, source, context.CancellationToken));
        var dropped = result.Discards.FirstOrDefault(d => !d.Kept);
        if (dropped.Code is DiscardCodes.EventNotObject or DiscardCodes.EventTooLarge)
            throw Failure.Invalid("event", dropped.Detail);
        return new IngestResponse
        {
            Result = dropped.Code is null
                ? new IngestResult { MessageId = messageId, Duplicate = result.Duplicates > 0 }
                : IngestCall.Map(dropped, 0),
        };
    }

    /// <inheritdoc />
    public override async Task<IngestBatchResponse> IngestBatch(IngestBatchRequest request, ServerCallContext context)
    {
        var source = Authenticate(request.WriteKey);
        if (request.Events.Count > IntakeLimits.BatchEvents)
            throw Failure.Invalid("events", $"has {request.Events.Count} events; at most {IntakeLimits.BatchEvents} are taken");
        if (request.Events.Sum(e => (long)e.Length) is > IntakeLimits.BodyBytes and var bytes)
            throw Failure.Invalid("events", $"have {bytes} bytes; at most {IntakeLimits.BodyBytes} are taken");
        var ingest = new IngestCall(intake);
        foreach (var json in request.Events)
            ingest.Add(json.Memory);
        await ingest.FlushAsync(source, context.CancellationToken);
        return ingest.Response;
    }

    /// <inheritdoc />
    public override async Task<IngestBatchResponse> IngestStream(IAsyncStreamReader<IngestRequest> requestStream, ServerCallContext context)
    {
        var ingest = new IngestCall(intake);
        SourceIdentity? source = null;
        var writeKey = "";
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            if (source is null || (request.WriteKey.Length > 0 && request.WriteKey != writeKey))
            {
                var next = Authenticate(request.WriteKey);
                // What waits was sent under the former key.
                await ingest.FlushAsync(source ?? next, context.CancellationToken);
                (source, writeKey) = (next, request.WriteKey);
            }
            ingest.Add(request.Event.Memory);
            if (ingest.IsFull)
                await ingest.FlushAsync(source, context.CancellationToken);
        }
        if (source is not null)
            await ingest.FlushAsync(source, context.CancellationToken);
        return ingest.Response;
    }

    /// <inheritdoc />
    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<EventFeedBatch> responseStream, ServerCallContext context)
    {
        RequirePositions("from", request.From);
        // A stream without end would hold up the end of the process.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await foreach (var batch in log.ReadAsync(request.From, ending.Token))
            {
                await responseStream.WriteAsync(batch, ending.Token);
                EventLogMetrics.FeedLag.Record(
                    batch.Head - batch.FirstOffset - batch.Count, new("cdp.consumer", request.Consumer), new("cdp.partition", batch.Partition));
            }
        }
        catch (LogUnavailableException exception)
        {
            throw Failure.Unavailable(exception.Message);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw Failure.Unavailable("Collection is stopping; subscribe again from the last position.");
        }
    }

    /// <inheritdoc />
    public override async Task<GetLogHeadsResponse> GetLogHeads(GetLogHeadsRequest request, ServerCallContext context) =>
        new() { Heads = { await log.HeadsAsync(context.CancellationToken) } };

    /// <inheritdoc />
    public override async Task<ReadEventsResponse> ReadEvents(ReadEventsRequest request, ServerCallContext context)
    {
        if (request.Positions.Count > MostEventsRead)
            throw Failure.Invalid("positions", $"has {request.Positions.Count} positions; at most {MostEventsRead} are taken");
        RequirePositions("positions", request.Positions);
        try
        {
            var response = new ReadEventsResponse();
            foreach (var (position, found) in request.Positions.Zip(await log.FindAsync(request.Positions, context.CancellationToken)))
                response.Events.Add(found ?? throw Failure.NotFound("event", $"{position.Partition}-{position.Offset}"));
            return response;
        }
        catch (LogUnavailableException exception)
        {
            throw Failure.Unavailable(exception.Message);
        }
    }

    /// <inheritdoc />
    public override async Task<EraseEventsResponse> EraseEvents(EraseEventsRequest request, ServerCallContext context)
    {
        RequirePositions("positions", request.Positions);
        try
        {
            return new EraseEventsResponse { Erased = await log.EraseAsync(request.Positions, context.CancellationToken) };
        }
        catch (LogUnavailableException exception)
        {
            throw Failure.Unavailable(exception.Message);
        }
    }

    private void RequirePositions(string field, IReadOnlyList<FeedPosition> positions)
    {
        var errors = positions.Index()
            .Where(p => p.Item.Partition < 0 || p.Item.Partition >= log.Partitions || p.Item.Offset < 0)
            .Select(p => new FieldError(
                $"{field}[{p.Index}]",
                $"partition {p.Item.Partition}, offset {p.Item.Offset}: expected partitions 0 to {log.Partitions - 1} and offsets from 0"))
            .ToList();
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
    }

    private SourceIdentity Authenticate(string writeKey) =>
        sources.Authenticate(writeKey) ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "The write key is missing or unknown."));
}
