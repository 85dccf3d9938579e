using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Retention;

/// <summary>
/// Removes one kind of a stage's state once it is older than is kept: at start and every hour, some rows in a commit, so that
/// whoever writes goes on in between. What fails is tried again a minute later.
/// </summary>
/// <param name="what">The kind, for logs and metrics, such as <c>deliveries</c>.</param>
/// <param name="age">How long it is kept; null: for ever.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Log.</param>
public abstract partial class RetentionService(string what, TimeSpan? age, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Most rows that one commit removes.</summary>
    public const int RowsAtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (age is not { } kept)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            var isDone = await RunAsync(kept, stoppingToken);
            await Task.Delay(isDone ? Pause : RetryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Removes at most <paramref name="limit"/> rows that are older than a moment, all or nothing; returns how many, 0 where none is left.</summary>
    /// <param name="before">The moment, ms since 1970.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    protected abstract Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken);

    // False where it failed.
    private async Task<bool> RunAsync(TimeSpan kept, CancellationToken stoppingToken)
    {
        var (removed, isDone) = (0L, true);
        try
        {
            var before = (time.GetUtcNow() - kept).ToUnixTimeMilliseconds();
            while (await PruneAsync(before, RowsAtOnce, stoppingToken) is > 0 and var some)
            {
                removed += some;
                RetentionMetrics.Removed.Add(some, new KeyValuePair<string, object?>("what", what));
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is removed after the next start.
        }
        catch (Exception exception)
        {
            isDone = false;
            LogFailed(what, exception);
        }
        if (removed > 0)
            LogRemoved(removed, what, kept);
        return isDone;
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Retention removed {Removed} rows of {What} that were older than {Age}.")]
    private partial void LogRemoved(long removed, string what, TimeSpan age);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "Retention could not remove all {What} that are too old; it is tried again in a minute.")]
    private partial void LogFailed(string what, Exception exception);
}
