using System.Threading.Channels;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Contracts.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Membership;

/// <summary>
/// Pulls the feed of entries and exits and hands it to the writer in pieces: whatever has arrived while the last piece was
/// stored. While segment search is away it waits and goes on where it was.
/// </summary>
internal sealed partial class MembershipConsumer(
    SegmentService.SegmentServiceClient segments, MembershipWriter writer, TimeProvider time, ILogger<MembershipConsumer> logger) : BackgroundService
{
    private const int Ahead = 8;
    private const int MostChanges = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long _head;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var lag = new FeedLag(
            ActivationMetrics.Name, "membership_changes", () => Math.Max(0, Volatile.Read(ref _head) - writer.Position));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var batches = Channel.CreateBounded<MembershipChangeBatch>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(new SubscribeRequest { After = writer.Position, Consumer = ActivationModule.Name }, batches.Writer, broken.Token);
        try
        {
            while (await batches.Reader.WaitToReadAsync(stoppingToken))
            {
                var changes = new List<MembershipChange>();
                var sequence = writer.Position;
                while (changes.Count < MostChanges && batches.Reader.TryRead(out var batch))
                {
                    changes.AddRange(batch.Changes);
                    sequence = batch.Sequence;
                }
                await writer.WriteAsync(changes, sequence, stoppingToken);
            }
        }
        finally
        {
            await broken.CancelAsync();
            await reading;
        }
    }

    private async Task ReadAsync(SubscribeRequest request, ChannelWriter<MembershipChangeBatch> batches, CancellationToken cancellationToken)
    {
        try
        {
            using var call = segments.Subscribe(request, cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                Volatile.Write(ref _head, call.ResponseStream.Current.Head);
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

    [LoggerMessage(EventId = 500, Level = LogLevel.Warning, Message = "Entries and exits could not be turned into deliveries; it goes on from the stored position in a second.")]
    private partial void LogFailed(Exception exception);
}
