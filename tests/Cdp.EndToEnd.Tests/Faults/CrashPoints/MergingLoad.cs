using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>
/// Events about a few people, each known by several devices, logins and addresses that come together bit by bit: merges, chains,
/// merges of merges. Sent over many connections at once; what is not acknowledged is sent again under the same message id.
/// </summary>
internal sealed class MergingLoad
{
    private const int Connections = 8;
    private const int Pools = 4;
    private const int EventsOfPool = 7;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Random _random;
    private readonly string _name;

    /// <param name="seed">Makes its choices.</param>
    /// <param name="name">What its identifiers begin with.</param>
    public MergingLoad(int seed, string name)
    {
        (_random, _name) = (new Random(seed), name);
        var events = Enumerable.Range(0, Pools * EventsOfPool).Select(NewEvent).ToArray();
        _random.Shuffle(events);
        Events = events;
    }

    public IReadOnlyList<SentEvent> Events { get; }

    /// <summary>Returns when all are acknowledged.</summary>
    public async Task SendAsync(PlatformClient client)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await Task.WhenAll(Events.Index().GroupBy(e => e.Index % Connections, e => e.Item).Select(async events =>
        {
            using var http = new HttpClient { BaseAddress = client.Url, Timeout = TimeSpan.FromSeconds(10) };
            http.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.WriteKey}:")));
            try
            {
                foreach (var sent in events)
                {
                    while (!await TrySendAsync(http, sent, stop.Token))
                        await Task.Delay(Pause, stop.Token);
                }
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }));
    }

    private static async Task<bool> TrySendAsync(HttpClient http, SentEvent sent, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.PostAsJsonAsync(sent.Path, sent.Body, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
                Assert.Fail($"{sent.Path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // The process was killed: nobody knows what became of this event.
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No answer in time: the same.
            return false;
        }
    }

    private SentEvent NewEvent(int number)
    {
        var pool = $"{_name}-{number % Pools}";
        string Pick(string kind, int of) => $"{pool}-{kind}{_random.Next(of)}";
        var user = Pick("u", 2);
        var device = Pick("a", 3);
        var email = $"{Pick("e", 2)}@example.com";
        var card = Pick("c", 2);
        return _random.Next(6) switch
        {
            0 => New("/v1/track", number, new() { ["anonymousId"] = device }, $"anonymous_id:{device}"),
            1 => New("/v1/track", number, new() { ["userId"] = user, ["anonymousId"] = device }, $"user_id:{user}", $"anonymous_id:{device}"),
            2 => New("/v1/identify", number, new() { ["userId"] = user, ["traits"] = new JsonObject { ["email"] = email } }, $"user_id:{user}", $"email:{email}"),
            3 => New("/v1/identify", number, new() { ["anonymousId"] = device, ["traits"] = new JsonObject { ["email"] = email } }, $"email:{email}", $"anonymous_id:{device}"),
            4 => Alias(number, $"{pool}-u0", $"{pool}-u1"),
            _ => New("/v1/track", number, new() { ["anonymousId"] = device, ["context"] = Card(card) }, $"anonymous_id:{device}", $"card:{card}"),
        };
    }

    // Which kind of id the previous one is, an alias does not say: it is both.
    private SentEvent Alias(int number, string user, string previous) => New(
        "/v1/alias", number, new() { ["userId"] = user, ["previousId"] = previous }, $"user_id:{user}", $"user_id:{previous}", $"anonymous_id:{previous}");

    private SentEvent New(string path, int number, JsonObject body, params string[] identifiers)
    {
        var messageId = $"{_name}-{number}";
        body["messageId"] = messageId;
        if (path == "/v1/track")
            body["event"] = SentEvent.Tracked;
        return new SentEvent(path, body, messageId, identifiers);
    }

    private static JsonObject Card(string card) => new()
    {
        ["externalIds"] = new JsonArray(new JsonObject { ["type"] = "card", ["id"] = card, ["collection"] = "users", ["encoding"] = "none" }),
    };
}
