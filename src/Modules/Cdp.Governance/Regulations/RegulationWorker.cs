using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Governance.Regulations;

/// <summary>
/// Works on all unfinished regulations, one at a time, oldest first; one that waits or fails is passed over until it is due
/// again and holds up no other.
/// </summary>
internal sealed partial class RegulationWorker(IRegulationStore store, RegulationRunner runner, TimeProvider time, ILogger<RegulationWorker> logger)
    : BackgroundService
{
    private const int Page = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly RetryClock _retries = new(time);

    /// <summary>Says that there is a new regulation.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
                await WaitAsync(_retries.UntilNext(), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
                await WaitAsync(Pause, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        var after = "";
        while (true)
        {
            var page = await store.ListUnfinishedAsync(after, Page, stoppingToken);
            foreach (var regulation in page.Where(r => _retries.IsDue(r.Regulation.Id)))
                _retries.Note(regulation.Regulation.Id, await runner.RunAsync(regulation, stoppingToken));
            if (page.Count < Page)
                return;
            after = page[^1].Regulation.Id;
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken stoppingToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(over.Token).AsTask(), Task.Delay(pause, time, over.Token));
        await over.CancelAsync();
        _wake.Reader.TryRead(out _);
    }

    [LoggerMessage(EventId = 612, Level = LogLevel.Error, Message = "Regulations could not be worked on; they are tried again in five seconds.")]
    private partial void LogFailed(Exception exception);
}
