using System.Text.Json;

namespace Cdp.Standalone.Demo;

/// <summary>
/// A made-up shop: people browse anonymously on one to three devices, some sign up, some order, some decline marketing.
/// The same seed tells the same story, so that a demo can be described and a test can count on it.
/// </summary>
/// <param name="seed">Seed of the story.</param>
/// <param name="now">The story ends now; it began 30 days earlier.</param>
internal sealed class DemoShop(int seed, DateTimeOffset now)
{
    private static readonly string[] FirstNames = ["Ada", "Ben", "Chloe", "Dmitri", "Emeka", "Fatima", "Goran", "Hana", "Ines", "Jonas", "Kaya", "Liam", "Mei", "Noor", "Olga", "Pedro"];
    private static readonly string[] LastNames = ["Abe", "Bauer", "Costa", "Diaz", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kim", "Lopez", "Moreau", "Nowak"];
    private static readonly string[] Plans = ["free", "free", "free", "pro", "business"];
    private static readonly (string Name, string Category, double Price)[] Products =
    [
        ("Trail Shoes", "shoes", 119), ("City Sneakers", "shoes", 89), ("Rain Jacket", "clothing", 149), ("Merino Shirt", "clothing", 59),
        ("Day Pack", "bags", 79), ("Duffel", "bags", 129), ("Water Bottle", "gear", 24), ("Head Torch", "gear", 39),
    ];
    private readonly Random _random = new(seed);

    /// <summary>Thirty days of history for a number of people, in order of time.</summary>
    public IReadOnlyList<byte[]> History(int people)
    {
        var events = new List<(DateTimeOffset At, byte[] Json)>();
        for (var person = 1; person <= people; person++)
            events.AddRange(Life(person, now.AddDays(-30), now));
        return [.. events.OrderBy(e => e.At).Select(e => e.Json)];
    }

    /// <summary>What one visitor does at this moment: one event, new each time.</summary>
    public byte[] Live(DateTimeOffset at, int people)
    {
        var person = _random.Next(1, people + 1);
        var product = Products[_random.Next(Products.Length)];
        return _random.Next(8) == 0
            ? Order(person, at, product)
            : Event("track", person, Device(person, 0), at, name: "Product Viewed", properties: ProductProperties(product));
    }

    private IEnumerable<(DateTimeOffset At, byte[] Json)> Life(int person, DateTimeOffset from, DateTimeOffset until)
    {
        var devices = _random.Next(1, 4);
        var signsUp = _random.NextDouble() < 0.6;
        var visits = _random.Next(1, 7);
        var consent = _random.NextDouble() switch { < 0.65 => true, < 0.9 => false, _ => (bool?)null };
        var signedUpOnDevice = new bool[devices];
        for (var visit = 0; visit < visits; visit++)
        {
            var at = from + ((until - from) * ((visit + _random.NextDouble()) / visits));
            var device = _random.Next(devices);
            yield return (at, Event("page", null, Device(person, device), at, name: "Home", consent: consent));
            for (var view = _random.Next(1, 4); view > 0; view--)
            {
                at = at.AddSeconds(_random.Next(5, 120));
                var user = signedUpOnDevice[device] ? person : (int?)null;
                yield return (at, Event("track", user, Device(person, device), at, name: "Product Viewed",
                    properties: ProductProperties(Products[_random.Next(Products.Length)]), consent: consent));
            }
            if (!signsUp || (visit == 0 && visits > 1))
                continue;
            if (!signedUpOnDevice[device])
            {
                signedUpOnDevice[device] = true;
                at = at.AddSeconds(30);
                yield return (at, Event("identify", person, Device(person, device), at, traits: Traits(person), consent: consent));
            }
            if (_random.NextDouble() < 0.55)
            {
                at = at.AddSeconds(_random.Next(30, 300));
                yield return (at, Order(person, at, Products[_random.Next(Products.Length)]));
            }
        }
    }

    private byte[] Order(int person, DateTimeOffset at, (string Name, string Category, double Price) product)
    {
        var quantity = _random.Next(1, 4);
        return Event("track", person, Device(person, 0), at, name: "Order Completed", properties: new()
        {
            ["order_id"] = $"o-{person}-{_random.Next(1_000_000):d6}",
            ["revenue"] = product.Price * quantity,
            ["currency"] = "EUR",
            ["product"] = product.Name,
            ["category"] = product.Category,
            ["quantity"] = quantity,
        });
    }

    private Dictionary<string, object> Traits(int person)
    {
        var first = FirstNames[person % FirstNames.Length];
        var last = LastNames[person / FirstNames.Length % LastNames.Length];
        return new()
        {
            ["email"] = $"{first}.{last}.{person}@example.com".ToLowerInvariant(),
            ["first_name"] = first,
            ["last_name"] = last,
            ["plan"] = Plans[person % Plans.Length],
            ["country"] = (person % 4) switch { 0 => "DE", 1 => "FR", 2 => "US", _ => "JP" },
        };
    }

    private static Dictionary<string, object> ProductProperties((string Name, string Category, double Price) product) =>
        new() { ["product"] = product.Name, ["category"] = product.Category, ["price"] = product.Price };

    private static string Device(int person, int device) => $"demo-device-{person:d5}-{device}";

    private byte[] Event(
        string type, int? user, string device, DateTimeOffset at, string? name = null,
        Dictionary<string, object>? properties = null, Dictionary<string, object>? traits = null, bool? consent = null)
    {
        var body = new Dictionary<string, object>
        {
            ["type"] = type,
            ["messageId"] = $"demo-{_random.NextInt64():x16}",
            ["anonymousId"] = device,
            ["timestamp"] = at.ToString("O"),
        };
        if (user is { } id)
            body["userId"] = $"customer-{id:d5}";
        if (name is not null)
            body[type == "track" ? "event" : "name"] = name;
        if (properties is not null)
            body["properties"] = properties;
        if (traits is not null)
            body["traits"] = traits;
        if (consent is { } granted)
            body["context"] = new { consent = new { categoryPreferences = new { marketing = granted, analytics = true } } };
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }
}
