using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Grpc.Core;

namespace Cdp.Standalone.Demo;

/// <summary>
/// Feeds the demo shop through the front door: a source of its own, four segments, thirty days of history, then a visitor
/// every half second. Started again on the same data, history is not sent twice.
/// </summary>
internal sealed partial class DemoFeed(
    SourceService.SourceServiceClient sources,
    CollectionService.CollectionServiceClient collection,
    SegmentService.SegmentServiceClient segments,
    ConsentService.ConsentServiceClient consent,
    TimeProvider time,
    ILogger<DemoFeed> logger) : BackgroundService
{
    private const int People = 300;
    private const int Seed = 20260101;
    private const string SourceName = "Demo shop";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private static readonly (string Key, string Name, string Condition)[] Segments =
    [
        ("customers", "Ordered at least once", """{"event":"Order Completed"}"""),
        ("loyal", "At least 3 orders in 30 days", """{"event":"Order Completed","within":"30d","count":{"op":"at_least","value":3}}"""),
        ("big-spenders", "An order above 200", """{"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":200}}"""),
        ("signed-up-not-ordered", "Known, but no order yet", """{"and":[{"trait":"email","op":"exists"},{"not":{"segment":"customers"}}]}"""),
    ];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var (writeKey, isNew) = await CreateSourceAsync(stoppingToken);
            await CreateSegmentsAsync(stoppingToken);
            var shop = new DemoShop(Seed, time.GetUtcNow());
            if (isNew)
                await SendHistoryAsync(shop, writeKey, stoppingToken);

            using var timer = new PeriodicTimer(Pace, time);
            var visitors = new DemoShop(Random.Shared.Next(), time.GetUtcNow());
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var visit = new IngestRequest { WriteKey = writeKey, Event = Google.Protobuf.ByteString.CopyFrom(visitors.Live(time.GetUtcNow(), People)) };
                await collection.IngestAsync(visit, cancellationToken: stoppingToken);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException && stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (RpcException exception)
        {
            LogStopped(exception.Status.Detail);
        }
    }

    // The demo keeps no write key: at a restart it takes a fresh one for its source.
    private async Task<(string WriteKey, bool IsNew)> CreateSourceAsync(CancellationToken cancellationToken)
    {
        var existing = (await sources.ListSourcesAsync(new ListSourcesRequest(), cancellationToken: cancellationToken))
            .Sources.FirstOrDefault(s => s.Name == SourceName);
        if (existing is null)
            return ((await sources.CreateSourceAsync(new CreateSourceRequest { Name = SourceName }, cancellationToken: cancellationToken)).WriteKey, true);
        var rotated = await sources.RotateWriteKeyAsync(new RotateWriteKeyRequest { Id = existing.Id }, cancellationToken: cancellationToken);
        return (rotated.WriteKey, false);
    }

    private async Task CreateSegmentsAsync(CancellationToken cancellationToken)
    {
        await consent.PutPurposeAsync(new PutPurposeRequest { Key = "marketing", Name = "Marketing" }, cancellationToken: cancellationToken);
        foreach (var (key, name, condition) in Segments)
        {
            try
            {
                await segments.CreateSegmentAsync(new CreateSegmentRequest { Key = key, Name = name, Condition = condition }, cancellationToken: cancellationToken);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
            {
                // Made by an earlier run.
            }
        }
    }

    private async Task SendHistoryAsync(DemoShop shop, string writeKey, CancellationToken cancellationToken)
    {
        var history = shop.History(People);
        foreach (var batch in history.Chunk(500))
        {
            var request = new IngestBatchRequest { WriteKey = writeKey };
            request.Events.AddRange(batch.Select(e => Google.Protobuf.ByteString.CopyFrom(e)));
            await collection.IngestBatchAsync(request, cancellationToken: cancellationToken);
        }
        LogHistory(history.Count, People);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The demo shop sent {Events} events of {People} people; a visitor every half second follows.")]
    private partial void LogHistory(int events, int people);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The demo shop stopped: {Reason}")]
    private partial void LogStopped(string reason);
}
