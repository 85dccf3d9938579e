using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Watches how much memory the largest process of a platform takes.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    // Twice what a run without a fault takes, which is 163 to 177 MiB; with faults 134 to 186 MiB were seen.
    private const long Most = 350L << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _peak;

    public MemoryWatch(ServicesPlatform platform) => _watching = WatchAsync(platform);

    /// <summary>Fails where a process took more than it may; notes what was seen.</summary>
    public void RequireBounded(AcknowledgedLoad load)
    {
        var peak = Volatile.Read(ref _peak);
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Acknowledged} batches acknowledged, {load.Refused} refused; at most {peak >> 20} MiB in one process");
        Assert.InRange(peak, 1, Most);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(ServicesPlatform platform)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                Volatile.Write(ref _peak, Math.Max(_peak, platform.LargestMemory));
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }
}
