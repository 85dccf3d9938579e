using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Documents;
using Cdp.Profile.Parsing;
using Cdp.Profile.Tests.Fakes;
using CsCheck;

namespace Cdp.Profile.Tests.Documents;

public sealed class ProfileStateTests
{
    private static readonly Gen<ParsedEvent[]> Events =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[0, 2]).Array[1, 12].Select(shapes => shapes.Select((s, i) => Parse(i, s.Item1, s.Item2, s.Item3, s.Item4)).ToArray());

    [Fact]
    public void Apply_InAnyOrder_MakesTheSameProfile() => Gen.Select(Events, Gen.Int[0, 1_000_000]).Sample((events, seed) =>
    {
        var shuffled = events.ToArray();
        new Random(seed).Shuffle(shuffled);

        Assert.Equal(Snapshot(Apply(events)), Snapshot(Apply(shuffled)));
    });

    [Fact]
    public void Absorb_OfAnySplit_EqualsApplyingAllToOne() => Gen.Select(Events, Gen.Int[0, 1_000_000]).Sample((events, seed) =>
    {
        var random = new Random(seed);
        var parts = events.GroupBy(_ => random.Next(3)).Select(g => g.ToArray()).ToList();
        var whole = Apply(events);
        var survivor = new ProfileState("p", 5);
        for (var i = 0; i < parts.Count; i++)
            survivor.Absorb(Apply(parts[i], $"a{i}", 5 + i));

        var joined = survivor.Snapshot(9);
        var expected = whole.Snapshot(9);
        expected.Document.AbsorbedIds.AddRange(joined.Document.AbsorbedIds);
        Assert.Equal(expected, joined);
        Assert.Equal(parts.Count, joined.Document.AbsorbedIds.Count);
    });

    [Fact]
    public void Load_OfASnapshot_GoesOnAsTheOriginalWould() => Gen.Select(Events, Events).Sample((before, after) =>
    {
        var original = Apply(before);
        var loaded = ProfileState.Load(StoredProfile.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(original.Snapshot(9))));
        foreach (var source in after)
        {
            original.Apply(source, Resolution(source));
            loaded.Apply(source, Resolution(source));
        }

        Assert.Equal(original.Snapshot(9), loaded.Snapshot(9));
    });

    [Fact]
    public void Apply_NullTraitThatIsLater_RemovesAndAnOlderValueDoesNotBringItBack()
    {
        var state = new ProfileState("p", 1);
        foreach (var (offset, at, json) in new[] { (0, 10L, """{"plan":"free"}"""), (1, 30L, """{"plan":null}"""), (2, 20L, """{"plan":"pro"}""") })
            state.Apply(EventParser.Parse(LogEvents.Identify("u", json, at), new FeedPosition { Offset = offset }, FakeRules.Paths), new Resolution());

        var stored = state.Snapshot(9);

        Assert.Empty(stored.Document.Traits);
        Assert.Equal("plan", Assert.Single(stored.RemovedTraits).Name);
    }

    [Fact]
    public void Apply_Trait_KeepsWhereItCameFrom()
    {
        var state = new ProfileState("p", 1);
        state.Apply(EventParser.Parse(LogEvents.Identify("u", """{"plan":"pro"}""", 77), new FeedPosition { Partition = 2, Offset = 5 }, FakeRules.Paths), new Resolution());

        var trait = Assert.Single(state.Snapshot(9).Document.Traits);

        Assert.Equal(new Trait { Name = "plan", Json = "\"pro\"", UpdatedAt = 77, SourceId = "src_1", MessageId = "m-77", Position = new() { Partition = 2, Offset = 5 } }, trait);
    }

    private static ParsedEvent Parse(int offset, int trait, int value, int at, int user)
    {
        var consent = $$$"""{"categoryPreferences":{"c{{{trait}}}":{{{(value == 1 ? "true" : "false")}}} }}""";
        var body = $$$"""{"traits":{"t{{{trait}}}":{{{(value == 2 ? "null" : value)}}} },"context":{"consent":{{{consent}}} }}""";
        return EventParser.Parse(
            LogEvents.Make(Contracts.Collection.V1.EventType.Identify, body, $"u{user}", LogEvents.Noon + at), new FeedPosition { Partition = offset % 2, Offset = offset }, FakeRules.Paths);
    }

    private static ProfileState Apply(IEnumerable<ParsedEvent> events, string id = "p", long createdAt = 5)
    {
        var state = new ProfileState(id, createdAt);
        foreach (var source in events)
            state.Apply(source, Resolution(source));
        return state;
    }

    private static Resolution Resolution(ParsedEvent source) => new() { Identifiers = { source.Identifiers } };

    private static StoredProfile Snapshot(ProfileState state) => state.Snapshot(9);
}
