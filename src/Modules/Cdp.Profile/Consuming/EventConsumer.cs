using System.Collections.Concurrent;
using System.Threading.Channels;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Telemetry;
using Cdp.Profile.Parsing;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Profile.Consuming;

/// <summary>
/// Pulls the event log and hands it to the writer in rounds: whatever has arrived while the last round was stored. While
/// collection or identity is away it waits and goes on where it was.
/// </summary>
internal sealed partial class EventConsumer(
    CollectionService.CollectionServiceClient collection, RulesClient rules, ProfileWriter writer, IOptions<ProfileOptions> options, TimeProvider time, ILogger<EventConsumer> logger)
    : BackgroundService
{
    private const int Ahead = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<int, long> _heads = [];
    private long _behind;
    private bool _isWaiting;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var lag = new FeedLag(ProfileMetrics.Name, "events", Behind);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                if (!_isWaiting)
                    LogWaiting(exception.Status.Detail);
                _isWaiting = true;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.FailedPrecondition)
            {
                // Identifiers are looked for anew by the rules in force now.
                LogRulesChanged(exception.Status.Detail);
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        // What identity did and a crash left out is applied, also where no event comes any more.
        await writer.WriteAsync(Round.Empty(), replayed: null, stoppingToken);
        await writer.FlushAsync(stoppingToken);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var paths = await rules.GetAsync(stoppingToken);
        var positions = await writer.PositionsAsync(stoppingToken);
        var request = new SubscribeRequest { Consumer = ProfileModule.Name };
        request.From.AddRange(positions.Events.Select(p => new FeedPosition { Partition = p.Key, Offset = p.Value }));
        var batches = Channel.CreateBounded<EventFeedBatch>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(request, batches.Writer, broken.Token);
        try
        {
            LogBatch? open = null;
            while (open is not null || await batches.Reader.WaitToReadAsync(stoppingToken))
            {
                var round = new Round(paths);
                while (round.Count < options.Value.RoundEvents)
                {
                    if (open is null)
                    {
                        if (!batches.Reader.TryRead(out var batch))
                            break;
                        open = new LogBatch(batch);
                    }
                    open.MoveTo(round, options.Value.RoundEvents, time);
                    if (open.IsTaken)
                        open = null;
                }
                await writer.WriteAsync(round, replayed: null, stoppingToken);
                if (open is null && !batches.Reader.TryPeek(out _))
                    await writer.FlushAsync(stoppingToken);
                _isWaiting = false;
            }
        }
        finally
        {
            await broken.CancelAsync();
            await reading;
        }
    }

    private async Task ReadAsync(SubscribeRequest request, ChannelWriter<EventFeedBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            using var call = collection.Subscribe(request, cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                _heads[call.ResponseStream.Current.Partition] = call.ResponseStream.Current.Head;
                await batches.WriteAsync(call.ResponseStream.Current, cancellationToken);
            }
            batches.Complete();
        }
        catch (Exception exception)
        {
            // The reader of the channel throws it.
            batches.Complete(exception);
        }
    }

    private long Behind()
    {
        if (writer.Stored is { } stored)
            _behind = _heads.Sum(head => Math.Max(0, head.Value - stored.Events.GetValueOrDefault(head.Key)));
        return _behind;
    }

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "The event log cannot be applied now ({Reason}); profiles go on from where they are as soon as it can.")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(EventId = 312, Level = LogLevel.Information, Message = "{Reason} The event log is read again from the stored position.")]
    private partial void LogRulesChanged(string reason);

    [LoggerMessage(EventId = 310, Level = LogLevel.Error, Message = "The event log could not be applied; it goes on from the stored position in a second.")]
    private partial void LogFailed(Exception exception);
}
