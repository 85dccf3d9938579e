using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Index;

public sealed class ProfileIndexTests
{
    private const long Now = 1_000_000_000_000;

    [Fact]
    public void Remove_MostProfiles_CompactsAndKeepsTheRest()
    {
        using var people = new IndexedPeople();
        for (var i = 0; i < 3_000; i++)
            people.Track($"p{i}", "E", Now, $$"""{"n":{{i}},"text":"value {{i}}","list":["x{{i}}"]}""");
        for (var i = 0; i < 3_000; i++)
        {
            if (i % 10 != 0)
                people.Erase($"p{i}");
        }

        Assert.InRange(people.Index.FindEvents("E")!.Rows, 300, 2_000);
        Assert.Equal(["p50"], people.Matching("""{"event":"E","where":{"property":"text","op":"equals","value":"value 50"}}""", Now));
        Assert.Equal(["p60"], people.Matching("""{"event":"E","where":{"property":"list","op":"contains","value":"x60"}}""", Now));
        Assert.Empty(people.Matching("""{"event":"E","where":{"property":"n","op":"equals","value":51}}""", Now));
    }

    [Fact]
    public void Forget_MostEventsAreOlder_CompactsAndKeepsTheRest()
    {
        using var people = new IndexedPeople(TimeSpan.FromMilliseconds(1_000));
        for (var i = 0; i < 3_000; i++)
            people.Track($"p{i % 100}", "E", Now - i, $$"""{"n":{{i}}}""");

        Assert.Equal(2_000, people.Index.Forget(Now - 999));
        Assert.Equal(0, people.Index.Forget(Now - 999));

        Assert.Equal(1_000, people.Index.FindEvents("E")!.Rows);
        Assert.Equal(["p99"], people.Matching("""{"event":"E","where":{"property":"n","op":"equals","value":999}}""", Now));
        Assert.Equal(100, people.Matching("""{"event":"E","count":{"op":"exactly","value":10}}""", Now).Length);
        people.Merge("p1", "p2");
        Assert.Equal(["p2"], people.Matching("""{"event":"E","count":{"op":"exactly","value":20}}""", Now));
    }

    [Fact]
    public void Forget_FewAreOlder_IsNotWorthACopy()
    {
        using var people = new IndexedPeople(TimeSpan.FromMilliseconds(1_000));
        for (var i = 0; i < 3_000; i++)
            people.Track("a", "E", Now - (i / 2), "{}");

        Assert.Equal(0, people.Index.Forget(Now - 999));

        Assert.Equal(["a"], people.Matching("""{"event":"E","count":{"op":"exactly","value":2000}}""", Now));
    }

    [Fact]
    public void Apply_TraitIsRewrittenOftenWithLongTexts_KeepsMemoryBounded()
    {
        using var people = new IndexedPeople();
        people.Identify("b", "bio", "\"kept\"");
        for (var i = 0; i < 5_000; i++)
            people.Identify("a", "bio", $"\"{i} {new string('x', 2_000)}\"");

        Assert.InRange(people.Index.Traits.Columns.Texts.Bytes, 0, 4 << 20);
        Assert.Equal(["a"], people.Matching("""{"trait":"bio","op":"starts_with","value":"4999 x"}""", Now));
        Assert.Equal(["b"], people.Matching("""{"trait":"bio","op":"equals","value":"kept"}""", Now));
    }

    [Fact]
    public void Apply_ProfileWasTakenApart_HasOnlyWhatCameWithIt()
    {
        using var people = new IndexedPeople();
        people.Identify("a", "plan", "\"pro\"");
        for (var i = 0; i < 5; i++)
            people.Track("a", $"E{i % 2}", Now + i, $$"""{"n":{{i}}}""");
        people.Track("b", "E0", Now, "{}");

        people.Rebuild("a", 2);

        Assert.Empty(people.Matching("""{"trait":"plan","op":"exists"}""", Now));
        Assert.Equal(["a"], people.Matching("""{"event":"E1","where":{"property":"n","op":"equals","value":3}}""", Now));
        Assert.Empty(people.Matching("""{"event":"E1","where":{"property":"n","op":"equals","value":1}}""", Now));
        Assert.Empty(people.Matching("""{"event":"E0","count":{"op":"at_least","value":2}}""", Now));
        Assert.Equal(["a", "b"], people.Matching("""{"event":"E0"}""", Now));
    }

    [Fact]
    public void Apply_PageAndScreen_AreFoundUnderTheirCommonNames()
    {
        using var people = new IndexedPeople();
        people.Index.Apply(
            new Contracts.Profile.V1.ProfileChange
            {
                Profile = new Contracts.Profile.V1.ProfileDocument { Id = "a" },
                Events = { new Contracts.Profile.V1.TimelineEvent { Type = "page", Name = "Home", Timestamp = Now } },
            },
            people);

        var row = people.Index.FindEvents("Page Viewed")!.Columns;
        Assert.Equal("Home"u8, row.Texts.Read(row.Find("name")![0].Address));
    }

    [Fact]
    public void Apply_ValueIsLongerThanTheIndexKeeps_NeverEqualsAShorterOne()
    {
        using var people = new IndexedPeople();
        people.Track("a", "E", Now, $$"""{"t":"{{new string('x', 10_000)}}"}""");

        Assert.Single(people.Matching("""{"event":"E","where":{"property":"t","op":"starts_with","value":"xxx"}}""", Now));
        Assert.Empty(people.Matching($$$"""{"event":"E","where":{"property":"t","op":"equals","value":"{{{new string('x', 1_000)}}}"}}""", Now));
    }
}
