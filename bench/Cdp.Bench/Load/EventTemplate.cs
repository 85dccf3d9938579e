using System.Text;

namespace Cdp.Bench.Load;

/// <summary>
/// A request of the tracking API whose message ids and users are patched in place, so that making load costs next to
/// nothing beside taking it. An event is about 600 bytes of JSON, as an SDK sends it.
/// </summary>
internal sealed class EventTemplate
{
    private const string IdDigits = "0000000000000000";
    private const string UserDigits = "00000000";
    private readonly byte[] _request;
    private readonly int[] _ids;
    private readonly int[] _users;

    public EventTemplate(string host, string writeKey, int events, string eventName = "Order Completed")
    {
        var body = new StringBuilder();
        var single = events == 1;
        body.Append(single ? "" : """{"batch":[""");
        for (var i = 0; i < events; i++)
            body.Append(i == 0 ? "" : ",").Append(Event(eventName, i));
        body.Append(single ? "" : "]}");
        var authorization = Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":"));
        var head = $"POST /v1/{(single ? "track" : "batch")} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {authorization}\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body.ToString())}\r\n\r\n";
        _request = Encoding.UTF8.GetBytes(head + body);
        _ids = Find("\"messageId\":\"load-");
        _users = Find("\"userId\":\"user-");
        Events = events;
    }

    public int Events { get; }

    /// <summary>The request with ids from <paramref name="firstId"/> on; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Fill(long firstId, Func<long, int> user)
    {
        for (var i = 0; i < Events; i++)
        {
            Write(_request.AsSpan(_ids[i], IdDigits.Length), firstId + i);
            Write(_request.AsSpan(_users[i], UserDigits.Length), user(firstId + i));
        }
        return _request;
    }

    private static string Event(string name, int i) => $$$"""
        {"type":"track","messageId":"load-{{{IdDigits}}}","userId":"user-{{{UserDigits}}}","event":"{{{name}}}","timestamp":"2026-01-01T00:00:00.000Z","properties":{"order_id":"o-{{{i}}}","revenue":{{{20 + (i % 80)}}},"currency":"EUR","category":"shoes","products":[{"sku":"sku-1","name":"Trail Shoes","price":119.0,"quantity":1},{"sku":"sku-2","name":"Merino Shirt","price":59.0,"quantity":2}]},"context":{"library":{"name":"analytics-node","version":"3.1.0"},"locale":"en-GB","timezone":"Europe/Berlin","page":{"path":"/checkout","referrer":"https://shop.example/cart","title":"Checkout"},"userAgent":"Mozilla/5.0 (X11; Linux x86_64)"}}
        """;

    private static void Write(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value /= 10)
            digits[i] = (byte)('0' + (value % 10));
    }

    private int[] Find(string marker)
    {
        var needle = Encoding.UTF8.GetBytes(marker);
        var found = new List<int>();
        for (var at = 0; ;)
        {
            var next = _request.AsSpan(at).IndexOf(needle);
            if (next < 0)
                return [.. found];
            found.Add(at + next + needle.Length);
            at += next + needle.Length;
        }
    }
}
