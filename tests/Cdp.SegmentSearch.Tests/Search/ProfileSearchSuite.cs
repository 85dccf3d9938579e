using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Tests.Evaluation;
using Cdp.SegmentSearch.Tests.Fakes;
using CsCheck;
using Grpc.Core;

namespace Cdp.SegmentSearch.Tests.Search;

/// <summary>What holds for every form of the search: the answers are those of the plain evaluator over everything that was published.</summary>
public abstract class ProfileSearchSuite
{
    private static readonly string[] Sorts = ["", "p", "-p", "q", "-p.x"];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Preview_OfAConditionWithASegment_CountsAndSamples()
    {
        await using var stage = await StartWithAgesAsync();
        await stage.CreateAsync("adults", """{"trait":"age","op":"at_least","value":18}""");
        await stage.CreateAsync("others", """{"not":{"segment":"adults"}}""");

        var preview = await stage.Client.PreviewAsync(new PreviewRequest { Condition = """{"segment":"others"}""", SampleSize = 2 }, cancellationToken: Cancellation);

        Assert.Equal(3, preview.Count);
        Assert.Equal(2, preview.Sample.Count);
        Assert.All(preview.Sample, id => Assert.Contains(id, (string[])["p3", "p4", "p5"]));
    }

    [Theory]
    [InlineData("", "p0,p1,p2,p3,p4,p5")]
    [InlineData("age", "p3,p0,p2,p1,p4,p5")]
    [InlineData("-age", "p4,p1,p0,p2,p3,p5")]
    public async Task Search_SortedPageByPage_GivesEveryoneOnceInOrder(string sort, string expected)
    {
        await using var stage = await StartWithAgesAsync();

        Assert.Equal(expected.Split(','), await PagesAsync(stage, sort, 2, 6));
    }

    [Fact]
    public async Task Search_CursorIsNone_NamesIt()
    {
        await using var stage = await StartWithAgesAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => SearchAsync(stage, new SearchProfilesRequest { Cursor = "e30!" }));

        Assert.Equal("cursor", Assert.Single(Failure.FieldErrors(failure)).Field);
    }

    [Fact]
    public async Task Search_EverythingChanges_IsSeenAtOnce()
    {
        await using var stage = await StartAsync();
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        stage.Profiles.Track("b", "E");
        stage.Profiles.Track("c", "E");
        await stage.CaughtUpAsync();
        Assert.Equal(["a"], await MatchingAsync(stage, """{"trait":"plan","op":"exists"}"""));

        stage.Profiles.Identify("a", ("plan", null));
        stage.Profiles.Merge("b", "c");
        await stage.CaughtUpAsync();
        Assert.Empty(await MatchingAsync(stage, """{"trait":"plan","op":"exists"}"""));
        Assert.Equal(["c"], await MatchingAsync(stage, """{"event":"E","count":{"op":"exactly","value":2}}"""));
        Assert.Equal(["a", "c"], await MatchingAsync(stage, ""));

        stage.Profiles.Erase("a");
        await stage.CaughtUpAsync();
        await stage.Client.EraseProfileAsync(new EraseProfileRequest { ProfileIds = { "c" } }, cancellationToken: Cancellation);
        Assert.Empty(await MatchingAsync(stage, ""));
    }

    [Fact]
    public async Task Search_TruthTable_AnswersAsTheTableSays()
    {
        await using var stage = await StartAsync();
        var rows = TruthTableTests.Values.Select((row, index) => (Id: $"p{index:d3}", Json: row.Data.Item1, Test: row.Data.Item2, Expected: row.Data.Item3)).ToList();
        foreach (var (id, json, _, _) in rows)
        {
            stage.Profiles.Identify(id, ("other", "1"));
            stage.Profiles.Identify(id, "t", json.Length == 0 ? null : json);
        }
        stage.Profiles.Track("buyer", "Order Completed", """{"revenue":10,"products":[{"sku":"s1"},{"sku":"s2"}]}""");
        stage.Profiles.Track("buyer", "Order Completed", """{"revenue":30,"coupon":"X","products":[{"sku":"s1"}]}""", TimeSpan.FromDays(10));
        stage.Profiles.Track("buyer", "Order Completed", """{"revenue":30,"address":{"city":"Bonn"}}""", TimeSpan.FromSeconds(-1));
        await stage.CaughtUpAsync();

        foreach (var (id, json, test, expected) in rows)
            Assert.True((await MatchingAsync(stage, $$"""{"trait":"t",{{test}}}""")).Contains(id) == expected, $"{json} {test}");
        foreach (var row in TruthTableTests.Events)
            Assert.True((await MatchingAsync(stage, row.Data.Item1)).Contains("buyer") == row.Data.Item2, row.Data.Item1);
    }

    [Fact]
    public async Task Search_StrangeNamesAndValues_AnswersAsTheIndexInMemory()
    {
        await using var stage = await StartAsync();
        var values = StrangeValues.All.ToList();
        foreach (var (name, json) in values)
        {
            stage.Profiles.Identify($"t-{Guid.NewGuid():n}", name, json);
            stage.Profiles.Track($"e-{Guid.NewGuid():n}", name, RandomConditions.Now, $$"""{{{StrangeValues.Quote(name)}}:{{json}}}""");
        }
        await stage.CaughtUpAsync();

        foreach (var condition in StrangeValues.Conditions)
            Assert.True((await MatchingAsync(stage, condition)).SequenceEqual(await InMemoryAsync(stage, condition, "")), condition);
        foreach (var name in StrangeValues.Names)
        {
            foreach (var sort in (string[])[name, "-" + name])
                Assert.True((await PagesAsync(stage, sort, 50, 2 * values.Count)).SequenceEqual(await InMemoryAsync(stage, "", sort)), sort);
        }
    }

    [Theory]
    [InlineData(null, 25)]
    [InlineData(5.0, 8)]
    public async Task Search_RandomConditionsAndPeople_AnswersAsThePlainEvaluator(double? daysKept, int rounds)
    {
        TimeSpan? kept = daysKept is { } days ? TimeSpan.FromDays(days) : null;
        await using var stage = await StartAsync(kept);
        // One after the other: people grow older from one to the next, as they do.
        await Gen.Select(RandomConditions.Step.Array[1, 40], RandomConditions.Condition.Array[12]).SampleAsync(
            async (steps, conditions) =>
            {
                foreach (var step in steps)
                    step(stage.Profiles);
                await stage.CaughtUpAsync();
                var people = stage.Profiles.People();
                foreach (var condition in conditions)
                {
                    var filter = ConditionParser.Parse(condition, _ => null);
                    var expected = people.Where(p => ReferenceEvaluator.Matches(filter, p, RandomConditions.Now, kept)).Select(p => p.Id).Order(StringComparer.Ordinal);
                    Assert.True((await MatchingAsync(stage, condition)).SequenceEqual(expected), condition);
                }
                foreach (var sort in Sorts)
                    Assert.True((await PagesAsync(stage, sort, 3, people.Count)).SequenceEqual(await InMemoryAsync(stage, "", sort)), sort);
            },
            iter: rounds, threads: 1);
    }

    /// <param name="kept">How long events on timelines are kept; null: for ever.</param>
    private protected abstract Task<RunningStage> StartAsync(TimeSpan? kept = null);

    /// <summary>Who meets a condition, by id; checks that total, preview and page agree.</summary>
    private protected static async Task<IReadOnlyList<string>> MatchingAsync(RunningStage stage, string condition)
    {
        var page = await SearchAsync(stage, new SearchProfilesRequest { Condition = condition, Limit = 200 });
        Assert.Equal(page.Total, page.ProfileIds.Count);
        if (condition.Length > 0)
        {
            var preview = await stage.Client.PreviewAsync(new PreviewRequest { Condition = condition, SampleSize = 1 }, cancellationToken: Cancellation);
            Assert.Equal((page.Total, Math.Min(page.Total, 1)), (preview.Count, preview.Sample.Count));
        }
        return page.ProfileIds;
    }

    private protected static async Task<IReadOnlyList<string>> PagesAsync(RunningStage stage, string sort, int limit, int total)
    {
        var found = new List<string>();
        var cursor = "";
        do
        {
            var page = await SearchAsync(stage, new SearchProfilesRequest { Sort = sort, Limit = limit, Cursor = cursor });
            Assert.Equal(total, page.Total);
            found.AddRange(page.ProfileIds);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);
        return found;
    }

    private protected static async Task<SearchProfilesResponse> SearchAsync(RunningStage stage, SearchProfilesRequest request) =>
        await stage.Client.SearchProfilesAsync(request, cancellationToken: Cancellation);

    private static async Task<IReadOnlyList<string>> InMemoryAsync(RunningStage stage, string condition, string sort)
    {
        var filter = condition.Length == 0 ? null : ConditionParser.Parse(condition, _ => null);
        var state = stage.Get<SegmentState>();
        return (await new MemoryProfileSearch(state, stage.Time).SearchAsync(new ProfileQuery(filter, state.Catalog), sort, 1_000, null, Cancellation)).Ids;
    }

    // Ages 30, 40, 30, 5, "old" and none.
    private async Task<RunningStage> StartWithAgesAsync()
    {
        var stage = await StartAsync();
        foreach (var (id, age) in new[] { ("p0", "30"), ("p1", "40"), ("p2", "30"), ("p3", "5"), ("p4", "\"old\"") })
            stage.Profiles.Identify(id, ("age", age));
        stage.Profiles.Identify("p5", ("name", "\"x\""));
        await stage.CaughtUpAsync();
        return stage;
    }
}
