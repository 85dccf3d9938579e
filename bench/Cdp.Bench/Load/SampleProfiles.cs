using System.Globalization;
using Cdp.Contracts.Profile.V1;
using Google.Protobuf;

namespace Cdp.Bench.Load;

/// <summary>Made-up customers: ten traits and five events each, the same for the same number.</summary>
internal static class SampleProfiles
{
    public const int EventsEach = 5;

    private static readonly string[] Plans = ["free", "free", "free", "pro", "team"];
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    /// <summary>The traits of a customer, by name, as JSON.</summary>
    public static IEnumerable<(string Name, string Json)> Traits(int number)
    {
        var random = new Random(number);
        yield return ("age", random.Next(18, 90).ToString(CultureInfo.InvariantCulture));
        yield return ("country", $"\"c{random.Next(40)}\"");
        yield return ("email", $"\"person{number}@shop{random.Next(500)}.example.org\"");
        yield return ("first_name", $"\"name{random.Next(2_000)}\"");
        yield return ("last_order", $"\"{Now.AddMinutes(-random.Next(500_000)):yyyy-MM-ddTHH:mm:ssZ}\"");
        yield return ("lifetime_value", Math.Round(random.NextDouble() * 5_000, 2).ToString(CultureInfo.InvariantCulture));
        yield return ("newsletter", random.Next(2) == 0 ? "true" : "false");
        yield return ("plan", $"\"{Plans[random.Next(Plans.Length)]}\"");
        yield return ("signed_up_at", $"\"{Now.AddDays(-random.Next(2_000)):yyyy-MM-dd}\"");
        yield return ("tags", $"[\"t{random.Next(100)}\",\"t{random.Next(100)}\",\"t{random.Next(100)}\"]");
    }

    /// <summary>A customer with all events.</summary>
    public static ProfileChange Change(int number)
    {
        var random = new Random(~number);
        var change = new ProfileChange { Sequence = number + 1, Profile = new ProfileDocument { Id = $"p{number:d8}" } };
        foreach (var (name, json) in Traits(number))
            change.Profile.Traits.Add(new Trait { Name = name, Json = json, Position = new Contracts.Common.V1.FeedPosition { Offset = number } });
        for (var i = 0; i < EventsEach; i++)
        {
            change.Events.Add(new TimelineEvent
            {
                Type = "track",
                Name = random.Next(3) == 0 ? "Order Completed" : "Product Viewed",
                Timestamp = Now.AddMinutes(-random.Next(200_000)).ToUnixTimeMilliseconds(),
                Properties = ByteString.CopyFromUtf8(string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"revenue":{{random.Next(20_000) / 100.0}},"currency":"EUR","products":[{"sku":"s{{random.Next(5_000)}}","price":{{random.Next(10_000) / 100.0}}}]}""")),
            });
        }
        return change;
    }
}
