using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>
/// Sends events as a careful SDK does: an event without an answer, or with a 503, is sent again under the same message id
/// until it is acknowledged. So in the end every event was acknowledged, and counting one twice would show.
/// </summary>
internal sealed class AcknowledgedLoad(string writeKey, int people, int seed)
{
    private readonly ConcurrentQueue<string> _unacknowledged = new();
    private readonly Random _random = new(seed);
    private readonly int[] _sentTo = new int[people];
    private int _next;
    private int _refused;
    private int _acknowledged;

    /// <summary>Answers other than 200, 503 and a broken connection.</summary>
    public ConcurrentQueue<string> Unexpected { get; } = [];

    /// <summary>503 answers seen.</summary>
    public int Refused => _refused;

    /// <summary>Batches that were acknowledged.</summary>
    public int Acknowledged => _acknowledged;

    /// <summary>Events that each person must have in the end.</summary>
    public IReadOnlyList<int> SentTo => _sentTo;

    /// <summary>Sends over some connections until stopped, batches of 1 to 20 events.</summary>
    public Task RunAsync(Uri url, int connections, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SendUntilAsync(url, () => TakeBatch(fresh: true), stop)));

    /// <summary>Sends again whatever was never acknowledged.</summary>
    public async Task FinishAsync(Uri url, CancellationToken stop)
    {
        while (!_unacknowledged.IsEmpty && Unexpected.IsEmpty)
            await SendUntilAsync(url, () => TakeBatch(fresh: false), stop);
    }

    private async Task SendUntilAsync(Uri url, Func<List<string>> take, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":")));
        while (!stop.IsCancellationRequested)
        {
            var events = take();
            if (events.Count == 0)
                return;
            if (!await TrySendAsync(http, events))
                events.ForEach(_unacknowledged.Enqueue);
        }
    }

    private async Task<bool> TrySendAsync(HttpClient http, List<string> events)
    {
        try
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json");
            using var response = await http.PostAsync("/v1/batch", content);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref _acknowledged);
                return true;
            }
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null)
                Interlocked.Increment(ref _refused);
            else
                Unexpected.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException)
        {
            // The process was killed: nobody knows what became of these events.
        }
        catch (TaskCanceledException)
        {
            // No answer in time: the same.
        }
        return false;
    }

    private List<string> TakeBatch(bool fresh)
    {
        lock (_random)
        {
            var events = new List<string>();
            for (var i = _random.Next(1, 21); i > 0; i--)
            {
                if (_unacknowledged.TryDequeue(out var again))
                    events.Add(again);
                else if (fresh)
                    events.Add(NewEvent());
            }
            return events;
        }
    }

    private string NewEvent()
    {
        var person = _random.Next(people);
        _sentTo[person]++;
        // Half of the events come from a device that logs in with the same event, so that merges happen under fire.
        object body = _random.Next(2) == 0
            ? new { type = "track", userId = $"crash-{person}", @event = "Crash Tried", messageId = $"crash-{_next++}" }
            : new { type = "track", userId = $"crash-{person}", anonymousId = $"crash-{person}-{_random.Next(3)}", @event = "Crash Tried", messageId = $"crash-{_next++}" };
        return JsonSerializer.Serialize(body);
    }
}
