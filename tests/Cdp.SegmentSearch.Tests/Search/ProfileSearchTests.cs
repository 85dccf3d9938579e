using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Tests.Fakes;
using Grpc.Core;

namespace Cdp.SegmentSearch.Tests.Search;

public sealed class ProfileSearchTests
{
    [Fact]
    public async Task Preview_OfAConditionWithASegment_CountsAndSamples()
    {
        await using var stage = await StartAsync();
        await stage.CreateAsync("adults", """{"trait":"age","op":"at_least","value":18}""");

        var preview = await stage.Client.PreviewAsync(
            new PreviewRequest { Condition = """{"not":{"segment":"adults"}}""", SampleSize = 2 }, cancellationToken: TestContext.Current.CancellationToken);

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
        await using var stage = await StartAsync();

        var found = new List<string>();
        var cursor = "";
        do
        {
            var page = await SearchAsync(stage, new SearchProfilesRequest { Sort = sort, Limit = 2, Cursor = cursor });
            Assert.Equal(6, page.Total);
            found.AddRange(page.ProfileIds);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal(expected.Split(','), found);
    }

    [Fact]
    public async Task Search_CursorIsNone_NamesIt()
    {
        await using var stage = await StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => SearchAsync(stage, new SearchProfilesRequest { Cursor = "e30!" }));

        Assert.Equal("cursor", Assert.Single(Failure.FieldErrors(failure)).Field);
    }

    // Ages 30, 40, 30, 5, "old" and none.
    private static async Task<RunningStage> StartAsync()
    {
        var stage = await RunningStage.StartAsync();
        foreach (var (id, age) in new[] { ("p0", "30"), ("p1", "40"), ("p2", "30"), ("p3", "5"), ("p4", "\"old\"") })
            stage.Profiles.Identify(id, ("age", age));
        stage.Profiles.Identify("p5", ("name", "\"x\""));
        await stage.CaughtUpAsync();
        return stage;
    }

    private static async Task<SearchProfilesResponse> SearchAsync(RunningStage stage, SearchProfilesRequest request) =>
        await stage.Client.SearchProfilesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
}
