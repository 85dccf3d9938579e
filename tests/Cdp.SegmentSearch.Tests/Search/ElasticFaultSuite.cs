using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Tests.Fakes;
using Cdp.SegmentSearch.Writing;
using Cdp.Storage.Elastic;
using Cdp.Storage.Elastic.Connection;
using Cdp.Storage.Elastic.Writing;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Engine = Cdp.Engines.Engine;

namespace Cdp.SegmentSearch.Tests.Search;

/// <summary>What an engine and its operator may do to the index: searches are right, or say that they cannot be.</summary>
public abstract class ElasticFaultSuite(Engine engine) : ElasticSearchSuite(engine)
{
    private const string Pro = """{"trait":"plan","op":"equals","value":"pro"}""";

    [Fact]
    public async Task Restart_SomeProfilesChangedMeanwhile_WritesOnlyThose()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on);
        foreach (var id in (string[])["a", "b", "c", "d"])
            stage.Profiles.Identify(id, ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await MatchingAsync(stage, Pro);
        var (written, deleted) = await on.OperationsAsync();

        await stage.StopAsync();
        stage.Profiles.Identify("a", ("plan", "\"free\""));
        stage.Profiles.Erase("b");
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();
        await ServesAsync(stage);

        Assert.Equal(["c", "d"], await MatchingAsync(stage, Pro));
        Assert.Equal((written + 1, deleted + 1), await on.OperationsAsync());
    }

    [Fact]
    public async Task Write_RepeatedOrByAFormerOwner_ChangesNothing()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on);
        stage.Profiles.Identify("gone", ("plan", "\"pro\""));
        stage.Profiles.Identify("a", ("plan", "\"free\""));
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        stage.Profiles.Erase("gone");
        await stage.CaughtUpAsync();
        Assert.Equal(["a"], await MatchingAsync(stage, Pro));

        using var former = new ProfileIndex();
        new ScannedProfiles(former).Add(
            [new ProfileChange { Sequence = 1, Profile = Person("gone", "pro") }, new ProfileChange { Sequence = 2, Profile = Person("a", "free") }]);
        former.Sequence = 2;
        using var late = new BulkWriter(stage.Get<ElasticClient>(), former, new EngineState(), stage.Time, NullLogger<BulkWriter>.Instance);
        await late.WriteAsync(["a", "gone"], [on.Live], Cancellation);
        await stage.Get<BulkWriter>().WriteAsync(["a", "gone", "never"], [on.Live], Cancellation);
        await on.CallAsync(HttpMethod.Post, $"{on.Live}/_refresh");

        Assert.Equal(["a"], await MatchingAsync(stage, ""));
        Assert.Equal(["a"], await MatchingAsync(stage, Pro));
    }

    [Fact]
    public async Task IndexIsDeletedByHand_SearchesGoOn_AndItIsBuiltAgain()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on);
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await MatchingAsync(stage, Pro);

        await on.DeleteIndexAsync($"{on.Live}-000001");
        Assert.Equal(["a"], await MatchingAsync(stage, Pro));
        stage.Profiles.Identify("b", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await stage.UntilWithTimeAsync(async () => (await on.IndicesAsync()).Length == 1);
        await ServesAsync(stage);

        Assert.Equal(["a", "b"], await MatchingAsync(stage, Pro));
        Assert.Equal(2, (await on.CallAsync(HttpMethod.Get, $"{on.Live}/_count"))["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task IndexIsReadOnly_SearchesAreRefused_AndAllIsWellAfterwards()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on);
        await on.BlockWritesAsync(true);
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await stage.UntilWithTimeAsync(() => Task.FromResult(stage.Get<EngineState>().Problem is not null));

        var refused = SearchAsync(stage, new SearchProfilesRequest { Condition = Pro });
        await stage.UntilWithTimeAsync(() => Task.FromResult(refused.IsCompleted));
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => refused)).StatusCode);
        Assert.Contains("cluster_block_exception", (await HealthAsync(stage)).Description, StringComparison.Ordinal);

        await on.BlockWritesAsync(false);
        await ServesAsync(stage);
        Assert.Equal(["a"], await MatchingAsync(stage, Pro));
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(stage)).Status);
    }

    [Fact]
    public async Task EngineAnswers429_WriterWaits_AndLosesNothing()
    {
        var overloaded = new OverloadedEngine();
        await using var stage = await StartAsync(
            await ConnectAsync(), services => services.AddHttpClient(ElasticClient.BulkName).AddHttpMessageHandler(() => overloaded));
        overloaded.IsOverloaded = true;
        for (var i = 0; i < 300; i++)
            stage.Profiles.Identify($"p{i}", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await stage.UntilWithTimeAsync(() => Task.FromResult(stage.Get<EngineState>().Problem is not null && overloaded.Refused > 5));

        overloaded.IsOverloaded = false;
        await ServesAsync(stage);

        Assert.Equal(300, (await SearchAsync(stage, new SearchProfilesRequest { Condition = Pro })).Total);
    }

    [Fact]
    public async Task Rebuild_IsAskedFor_SearchesAreRightAllTheTime()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on, services => services.Configure<ElasticOptions>(options => options.Rebuild = true));
        for (var i = 0; i < 200; i++)
            stage.Profiles.Identify($"p{i}", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();

        var count = 200;
        do
        {
            stage.Profiles.Identify($"p{count++}", ("plan", "\"pro\""));
            await stage.CaughtUpAsync();
            Assert.Equal(count, (await SearchAsync(stage, new SearchProfilesRequest { Condition = Pro })).Total);
        }
        while (count < 2_000 && ((await on.IndicesAsync()) is not [var only] || !only.EndsWith('3')));

        Assert.Equal(count, (await SearchAsync(stage, new SearchProfilesRequest { Condition = Pro })).Total);
    }

    [Theory]
    [InlineData("""{"created_by":"cdp","mapping":0}""")]
    [InlineData("""{"created_by":"cdp"}""")]
    public async Task Start_IndexIsOfAnotherVersion_BuildsANewOne(string meta)
    {
        var on = await ConnectAsync();
        await on.CallAsync(HttpMethod.Put, $"{on.Live}-000007", $$$"""{"aliases":{"{{{on.Live}}}":{}},"mappings":{"_meta":{{{meta}}}}}""");
        await using var stage = await StartAsync(on);
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();

        Assert.Equal(["a"], await MatchingAsync(stage, Pro));
        Assert.Equal([$"{on.Live}-000008"], await on.IndicesAsync());
    }

    [Fact]
    public async Task Start_IndexIsAheadOfTheProfiles_BuildsANewOne()
    {
        var on = await ConnectAsync();
        await using var stage = await StartAsync(on);
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await MatchingAsync(stage, Pro);
        await stage.StopAsync();
        await on.CallAsync(HttpMethod.Put, $"{on.Live}/_doc/ghost?version=1000&version_type=external", """{"id":"ghost"}""");
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();
        await ServesAsync(stage);

        Assert.Equal(["a"], await MatchingAsync(stage, ""));
        Assert.Equal([$"{on.Live}-000002"], await on.IndicesAsync());
    }

    [Theory]
    [InlineData("-profiles")]
    [InlineData("-profiles-000001")]
    public async Task Start_IndexIsForeign_SaysSoAndLeavesItAlone(string name)
    {
        var on = await ConnectAsync();
        await on.CallAsync(HttpMethod.Put, on.Prefix + name, "{}");

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(on));

        Assert.Contains(on.Prefix + name, failure.Message, StringComparison.Ordinal);
        Assert.Equal([on.Prefix + name], await on.IndicesAsync());
    }

    [Fact]
    public async Task Search_PointInTimeIsGone_GoesOnBehindTheLastProfile()
    {
        await using var stage = await StartAsync();
        foreach (var id in (string[])["a", "b", "c", "d"])
            stage.Profiles.Identify(id, ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        var first = await SearchAsync(stage, new SearchProfilesRequest { Limit = 1 });
        var second = await SearchAsync(stage, new SearchProfilesRequest { Limit = 1, Cursor = first.NextCursor });

        var cursor = SearchCursor.Parse(second.NextCursor);
        var third = await SearchAsync(stage, new SearchProfilesRequest { Limit = 1, Cursor = (cursor with { View = "gone" }).Format() });
        var last = await SearchAsync(stage, new SearchProfilesRequest { Limit = 2, Cursor = third.NextCursor });

        Assert.NotNull(cursor.View);
        Assert.Equal(["b", "c", "d"], [.. second.ProfileIds, .. third.ProfileIds, .. last.ProfileIds]);
    }

    [Fact]
    public async Task Search_ConditionIsLargerThanEnginesTake_IsAnsweredAllTheSame()
    {
        await using var stage = await StartAsync(await ConnectAsync());
        stage.Profiles.Identify("a", ("plan", $"\"{new string('a', 2_000)}\""));
        await stage.CaughtUpAsync();
        var deep = """{"trait":"plan","op":"exists"}""";
        for (var level = 1; level < 31; level++)
            deep = $$"""{"{{(level % 2 == 0 ? "and" : "or")}}":[{{deep}},{"trait":"x","op":"{{(level % 2 == 0 ? "absent" : "exists")}}"}]}""";
        var wide = $$"""{"or":[{{string.Join(',', Enumerable.Range(0, 498).Select(i => $$"""{"trait":"plan","op":"contains","value":"{{i}}a"}"""))}},{"trait":"plan","op":"exists"}]}""";
        await stage.CreateAsync("s0", """{"trait":"plan","op":"exists"}""");
        for (var i = 1; i < 16; i++)
            await stage.CreateAsync($"s{i}", $$"""{"and":[{"segment":"s{{i - 1}}"},{"segment":"s{{i - 1}}"}]}""");

        foreach (var condition in (string[])[deep, wide, """{"segment":"s15"}""", $$"""{"trait":"plan","op":"contains","value":"{{new string('a', 1_024)}}"}"""])
            Assert.Equal(["a"], await MatchingAsync(stage, condition));
    }

    [Fact]
    public async Task Write_ProfileIsTooLarge_OthersAreNotHindered()
    {
        await using var stage = await StartAsync();
        stage.Profiles.Identify("large", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        Assert.Equal(["large"], await MatchingAsync(stage, Pro));

        stage.Profiles.TrackMany("large", "E", 100_000);
        stage.Profiles.Identify("other", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();

        Assert.Equal(["other"], await MatchingAsync(stage, Pro));
        Assert.Equal(HealthStatus.Degraded, (await HealthAsync(stage)).Status);
    }

    private static async Task<HealthReportEntry> HealthAsync(RunningStage stage) =>
        (await stage.Get<HealthCheckService>().CheckHealthAsync(Cancellation)).Entries["elasticsearch"];

    private static ProfileDocument Person(string id, string plan) => new() { Id = id, Traits = { new Trait { Name = "plan", Json = $"\"{plan}\"" } } };
}
