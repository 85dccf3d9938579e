using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>Deletes members and history of deleted segments behind everybody's back: at start, and whenever one is deleted.</summary>
public sealed partial class RemovedSegmentSweeper(MongoSegmentStore store, TimeProvider time, ILogger<RemovedSegmentSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await store.SweepAsync(stoppingToken);
                await store.Removing.WaitAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (OwnershipLostException)
            {
                // The next owner does it.
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(EventId = 430, Level = LogLevel.Warning, Message = "What a deleted segment has left could not be deleted; it is tried again in ten seconds.")]
    private partial void LogFailed(Exception exception);
}
