using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Cdp.Bench.Load;

/// <summary>What a run of load saw.</summary>
internal sealed record LoadResult(long Events, double Seconds, double P50, double P99, int Refused)
{
    public double Rate => Events / Seconds;
}

/// <summary>Sends requests over a number of connections for some time, as fast as they are answered or at a rate.</summary>
internal static class LoadRun
{
    // Message ids are unique over all runs of one bench, or deduplication would drop them.
    private static long _nextId;

    public static async Task<LoadResult> RunAsync(
        IPEndPoint server, string writeKey, int connections, int batch, TimeSpan duration, int people, long? maxEvents = null, double? eventsPerSecond = null)
    {
        var latencies = new ConcurrentBag<List<double>>();
        long events = 0;
        var refused = 0;
        var first = Interlocked.Read(ref _nextId);
        var clock = Stopwatch.StartNew();
        async Task SendAsync(int worker)
        {
            var mine = new List<double>();
            latencies.Add(mine);
            var template = new EventTemplate(server.ToString(), writeKey, batch);
            using var connection = new Connection();
            await connection.OpenAsync(server);
            var interval = eventsPerSecond is { } rate ? TimeSpan.FromSeconds(batch * connections / rate) : TimeSpan.Zero;
            var due = clock.Elapsed + (interval * worker / connections);
            while (clock.Elapsed < duration)
            {
                if (interval > TimeSpan.Zero)
                {
                    var wait = due - clock.Elapsed;
                    if (wait > TimeSpan.FromMilliseconds(1))
                        await Task.Delay(wait);
                    due += interval;
                }
                var id = Interlocked.Add(ref _nextId, batch) - batch;
                if (maxEvents is { } max && id - first + batch > max)
                    break;
                var started = Stopwatch.GetTimestamp();
                var status = await connection.SendAsync(template.Fill(id, n => (int)(n % people)));
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (status == 200)
                    Interlocked.Add(ref events, batch);
                else
                    Interlocked.Increment(ref refused);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(() => SendAsync(worker))));
        var seconds = clock.Elapsed.TotalSeconds;
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        return new LoadResult(events, seconds, Percentile(sorted, 0.5), Percentile(sorted, 0.99), refused);
    }

    public static double Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
