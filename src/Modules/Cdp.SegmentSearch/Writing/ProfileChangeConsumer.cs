using System.Threading.Channels;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.Telemetry;
using Cdp.SegmentSearch.Segments;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.SegmentSearch.Writing;

/// <summary>
/// Pulls the feed of changed profiles and hands it to the writer in rounds: whatever has arrived while the last round was
/// evaluated. While the profile stage is away it waits and goes on where it was.
/// </summary>
internal sealed partial class ProfileChangeConsumer(
    ProfileService.ProfileServiceClient profiles, IndexLoader loader, MembershipWriter writer, SegmentState state, TimeProvider time,
    ILogger<ProfileChangeConsumer> logger) : BackgroundService
{
    private const int Ahead = 8;
    private const int RoundChanges = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long _head;
    private bool _isAway;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await loader.LoadSegmentsAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var lag = new FeedLag(
            SegmentMetrics.Name, "profile_changes", () => Math.Max(0, Volatile.Read(ref _head) - state.Durable.Profile));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!state.IsLoaded)
                    await LoadAsync(stoppingToken);
                await ConsumeAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException exception)
            {
                if (!_isAway)
                    LogAway(exception.StatusCode, exception);
                _isAway = true;
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        await writer.AloneAsync(
            async () =>
            {
                await loader.LoadAsync(stoppingToken);
                return true;
            }, stoppingToken);
        LogLoaded(state.Index.Count, writer.ProfileSequence);
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var batches = Channel.CreateBounded<ProfileChangeBatch>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(batches.Writer, broken.Token);
        try
        {
            var changes = new List<ProfileChange>();
            var sequence = writer.ProfileSequence;
            var isWhole = true;
            while (await batches.Reader.WaitToReadAsync(stoppingToken))
            {
                while ((!isWhole || changes.Count < RoundChanges) && batches.Reader.TryRead(out var batch))
                {
                    changes.AddRange(batch.Changes);
                    isWhole = batch.Sequence > sequence;
                    sequence = batch.Sequence;
                }
                // Half of a profile's events are not to be asked about.
                if (!isWhole)
                    continue;
                _isAway = false;
                await writer.ApplyAsync(changes, sequence, stoppingToken);
                changes = [];
            }
        }
        finally
        {
            await broken.CancelAsync();
            await reading;
        }
    }

    private async Task ReadAsync(ChannelWriter<ProfileChangeBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            var request = new SubscribeRequest { After = writer.ProfileSequence, Consumer = SegmentSearchModule.Name };
            using var call = profiles.Subscribe(request, cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                Volatile.Write(ref _head, call.ResponseStream.Current.Head);
                await batches.WriteAsync(call.ResponseStream.Current, cancellationToken);
            }
            batches.Complete(new RpcException(new Status(StatusCode.Unavailable, "The feed of changed profiles ended.")));
        }
        catch (Exception exception)
        {
            // The reader of the channel throws it.
            batches.Complete(exception);
        }
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Warning, Message = "The profile stage is away ({Status}); segments go on from where they are as soon as it is back.")]
    private partial void LogAway(StatusCode status, Exception exception);

    [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "Changed profiles could not be evaluated; they are tried again in a second.")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 412, Level = LogLevel.Information, Message = "The index holds {Profiles} profiles, up to sequence {Sequence} of their feed.")]
    private partial void LogLoaded(int profiles, long sequence);
}
