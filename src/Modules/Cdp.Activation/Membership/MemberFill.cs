using Cdp.Activation.Activations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Membership;

/// <summary>Reads the members that new activations found, page by page, while the feed goes on; resumes after a restart.</summary>
internal sealed partial class MemberFill(MembershipWriter writer, TimeProvider time, ILogger<MemberFill> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var added = writer.Added.Next;
            StoredActivation[] filling = [.. writer.All.Where(a => a.IsFilling)];
            if (filling.Length == 0)
                await added.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var activation in filling)
                await FillAsync(activation, stoppingToken);
        }
    }

    private async Task FillAsync(StoredActivation activation, CancellationToken stoppingToken)
    {
        try
        {
            await writer.FillAsync(activation.Id, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(activation.Id, exception);
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The stored progress is where it goes on.
        }
    }

    [LoggerMessage(EventId = 501, Level = LogLevel.Warning, Message = "The members for activation {Activation} could not be read; tried again in a second.")]
    private partial void LogFailed(string activation, Exception exception);
}
