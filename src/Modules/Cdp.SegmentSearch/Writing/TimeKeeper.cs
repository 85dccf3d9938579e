using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.SegmentSearch.Writing;

/// <summary>Lets time pass for segments with relative windows, to the second.</summary>
internal sealed partial class TimeKeeper(MembershipWriter writer, TimeProvider time, ILogger<TimeKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Tick, time, stoppingToken);
                await writer.AdvanceAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Error, Message = "What time has changed in segments could not be stored; it is tried again in a second.")]
    private partial void LogFailed(Exception exception);
}
