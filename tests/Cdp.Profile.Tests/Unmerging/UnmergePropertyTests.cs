using System.Globalization;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Tests.Fakes;

namespace Cdp.Profile.Tests.Unmerging;

/// <summary>After a merge was undone, everything is as if it had not been.</summary>
public sealed class UnmergePropertyTests
{
    private static readonly string[] People = ["x", "y", "z"];
    private static readonly string[] Bodies =
    [
        """{"traits":{"a":TIME}}""",
        """{"traits":{"a":null,"b":"TIME"}}""",
        """{"traits":{"b":[1,TIME],"c":true},"context":{"consent":{"categoryPreferences":{"Ads":TRUE}}}}""",
        """{"context":{"traits":{"c":TIME},"consent":{"categoryPreferences":{"Ads":TRUE,"Mail":TRUE}}}}""",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task Unmerge_AfterAnyEventsInAnyOrder_IsAsIfTheyHadNeverBeenMerged(int seed)
    {
        var random = new Random(seed);
        var third = seed % 3 == 0 ? null : Both("y", "z", 900);
        List<(int Partition, Event Event)> first = [.. People.Select(p => (0, Both(p, p, 1)))];
        List<(int Partition, Event Event)> before = [.. Any(random, 30), (0, Both("x", "y", 500)), .. third is null ? [] : new[] { (0, third) }, .. Any(random, 30)];
        List<(int Partition, Event Event)> after = [.. Any(random, 10), (0, Both("x", "y", 700)), .. Any(random, 10)];
        var shuffled = before.ToArray();
        random.Shuffle(shuffled);

        using var directory = new TemporaryDirectory();
        var identity = new FakeIdentity();
        await using var stage = new ProfileStage(directory.Path, identity);
        await WriteAsync(stage, random, [.. first, .. shuffled]);
        var undone = identity.Merges.First(m => m is { SurvivorId: "p0001", AbsorbedId: "p0002" });
        await stage.Unmerger.UnmergeAsync(new UnmergeRequest { Merge = undone.Sequence }, Stop);
        await WriteAsync(stage, random, after);

        using var otherDirectory = new TemporaryDirectory();
        var other = new FakeIdentity();
        other.KeepApart(Identifiers("x"), Identifiers("y"));
        await using var never = new ProfileStage(otherDirectory.Path, other);
        await WriteAsync(never, random, [.. first, .. shuffled, .. after]);

        Assert.Equal(await DescribeAsync(never), await DescribeAsync(stage));
        Assert.Equal(await never.Store.CountAsync(Stop), await stage.Store.CountAsync(Stop));
    }

    private static async Task<string> DescribeAsync(ProfileStage stage)
    {
        var described = new List<string>();
        foreach (var id in new[] { "p0001", "p0002", "p0003" })
        {
            var profile = Assert.Single(await stage.Store.LoadAsync([id], Stop)).Clone();
            (profile.Document.Version, profile.Document.UpdatedAt) = (0, 0);
            profile.Positions.Clear();
            described.Add($"{id} {profile} {string.Join('\n', (await stage.Store.ListEventsAsync(id, 200, "", Stop)).Events)}");
        }
        return string.Join('\n', described);
    }

    private static async Task WriteAsync(ProfileStage stage, Random random, List<(int Partition, Event Event)> events)
    {
        for (var from = 0; from < events.Count;)
        {
            var partition = events[from].Partition;
            var count = events.Skip(from).TakeWhile(e => e.Partition == partition).Count();
            count = random.Next(1, count + 1);
            await stage.WriteAsync(partition, [.. events.Skip(from).Take(count).Select(e => e.Event)]);
            from += count;
        }
    }

    private static Identifier[] Identifiers(string person) => [new() { Type = "user_id", Value = person }, new() { Type = "anonymous_id", Value = $"{person}-phone" }];

    private static Event Both(string user, string phone, long at) => Named(LogEvents.Make(EventType.Identify, """{"traits":{}}""", user, at, $"{phone}-phone"));

    private static IEnumerable<(int Partition, Event Event)> Any(Random random, int count)
    {
        for (; count > 0; count--)
        {
            var person = People[random.Next(3)];
            var at = random.Next(1, 1_000);
            var body = Bodies[random.Next(Bodies.Length)].Replace("TIME", at.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("TRUE", at % 2 == 0 ? "true" : "false", StringComparison.Ordinal);
            var (user, phone) = random.Next(3) switch { 0 => (person, ""), 1 => ("", $"{person}-phone"), _ => (person, $"{person}-phone") };
            var made = LogEvents.Make(random.Next(4) == 0 ? EventType.Group : EventType.Identify, body, user, at, phone);
            made.GroupId = made.Type == EventType.Group ? $"g{at % 3}" : "";
            yield return (random.Next(2), Named(made));
        }
    }

    private static Event Named(Event made)
    {
        made.MessageId = $"{made.UserId}{made.AnonymousId}{made.Timestamp}";
        return made;
    }
}
