using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;

namespace Cdp.Profile.Tests.Store;

/// <summary>What every store of profiles must do.</summary>
public abstract class ProfileStoreSuite : ProfileRetentionSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_ThenReopen_KeepsEverything()
    {
        var commit = Commit(positions: 3, merge: 2, feed: 2);
        commit.Profiles.Add((Profile("a", "\"x\""), 1));
        commit.Profiles.Add((Profile("b"), 2));
        commit.Events.Add(("a", Timeline(10, 0), 1));
        commit.DeadLetters.Add(new DeadLetter { Id = "0-2", Position = At(2), Error = "bad", FailedAt = 5 });
        await Store.CommitAsync(commit, Stop);

        await CloseAsync();
        Store = await OpenAsync();

        var positions = await Store.PositionsAsync(Stop);
        Assert.Equal((3, 2, 2), (positions.Events[0], positions.Merge, positions.Feed));
        Assert.Equal(2, await Store.CountAsync(Stop));
        Assert.Equal(Profile("a", "\"x\""), Assert.Single(await Store.LoadAsync(["a", "nobody"], Stop)));
        Assert.Equal([Timeline(10, 0)], (await Store.ListEventsAsync("a", 10, "", Stop)).Events);
        Assert.Equal("bad", (await Store.FindDeadLetterAsync(At(2), Stop))!.Error);
    }

    [Fact]
    public async Task ChangesAfter_TracedEvent_CarriesTheContext()
    {
        var commit = Commit(positions: 1, merge: 0, feed: 1);
        commit.Profiles.Add((Profile("a"), 1));
        var traced = Timeline(10, 0);
        traced.Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        commit.Events.Add(("a", traced, 1));
        await Store.CommitAsync(commit, Stop);

        var (changes, _) = await Store.ChangesAfterAsync(0, 10, Stop);

        Assert.Equal(traced, Assert.Single(Assert.Single(changes).Events));
    }

    [Fact]
    public async Task Commit_OfAProfileAgain_ReplacesIt()
    {
        await StoreAsync(1, ("a", Profile("a", version: 1)));
        await StoreAsync(2, ("a", Profile("a", "\"new\"", version: 2)));

        Assert.Equal("\"new\"", Assert.Single(await Store.LoadAsync(["a"], Stop)).Document.Traits[0].Json);
        Assert.Equal(1, await Store.CountAsync(Stop));
    }

    [Fact]
    public async Task Commit_OfMerges_MovesEventsAndResolvesAbsorbedIdsForEver()
    {
        await StoreAsync(3, ("a", Profile("a")), ("b", Profile("b")), ("c", Profile("c")));
        await AddEventsAsync("c", Timeline(1, 0), Timeline(2, 1));
        var merge = Commit(positions: 5, merge: 2, feed: 4);
        merge.Profiles.Add((Profile("a", version: 2), 4));
        merge.Absorbed.Add(("c", "b", 4));
        merge.Absorbed.Add(("b", "a", 4));
        await Store.CommitAsync(merge, Stop);

        Assert.Equal(1, await Store.CountAsync(Stop));
        Assert.Equal("a", Assert.Single(await Store.LoadAsync(["c"], Stop)).Document.Id);
        Assert.Equal(2, (await Store.ListEventsAsync("a", 10, "", Stop)).Events.Count);
        var (changes, _) = await Store.ChangesAfterAsync(3, 100, Stop);
        Assert.Equal(["b", "c"], Assert.Single(changes).MergedFrom.Order());
    }

    [Fact]
    public async Task ListEvents_InPages_GivesEachOnceNewestFirst()
    {
        await StoreAsync(1, ("a", Profile("a")));
        await AddEventsAsync("a", [.. Enumerable.Range(0, 25).Select(i => Timeline(100 + (i / 3), i))]);

        var all = new List<TimelineEvent>();
        var cursor = "";
        do
        {
            var (events, next) = await Store.ListEventsAsync("a", 4, cursor, Stop);
            all.AddRange(events);
            cursor = next;
        }
        while (cursor.Length > 0);

        Assert.Equal(25, all.Select(e => e.Position.Offset).Distinct().Count());
        Assert.Equal(all.OrderByDescending(e => e.Timestamp).ThenByDescending(e => e.Position.Offset), all);
    }

    [Fact]
    public async Task ListEvents_CursorIsNone_SaysSo() =>
        Assert.Contains("cursor", (await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => Store.ListEventsAsync("a", 4, "x", Stop))).Status.Detail, StringComparison.Ordinal);

    [Fact]
    public async Task ChangesAfter_InSmallSteps_GivesEachEventOnce()
    {
        await StoreAsync(3, ("a", Profile("a")), ("b", Profile("b")), ("c", Profile("c")));
        var commit = Commit(positions: 9, merge: 0, feed: 5);
        commit.Profiles.Add((Profile("a", version: 2), 4));
        commit.Profiles.Add((Profile("b", version: 2), 5));
        commit.Events.Add(("a", Timeline(1, 0), 4));
        commit.Events.Add(("a", Timeline(2, 1), 4));
        commit.Events.Add(("b", Timeline(3, 2), 5));
        await Store.CommitAsync(commit, Stop);

        var seen = new List<(string, long)>();
        for (var sequence = 0L; sequence < 5;)
        {
            var (changes, next) = await Store.ChangesAfterAsync(sequence, 1, Stop);
            Assert.Equal(sequence + 1, next);
            seen.AddRange(changes.SelectMany(c => c.Events.Select(e => (c.Profile.Id, e.Position.Offset))));
            sequence = next;
        }

        Assert.Equal([("a", 0L), ("a", 1L), ("b", 2L)], seen);
        Assert.Equal((0, 5), ((await Store.ChangesAfterAsync(5, 10, Stop)).Changes.Count, (await Store.ChangesAfterAsync(5, 10, Stop)).Sequence));
    }

    [Fact]
    public async Task Scan_GivesEveryProfileWithItsEventsThenTheSequence()
    {
        await StoreAsync(7, [.. Enumerable.Range(0, 7).Select(i => ($"p{i}", Profile($"p{i}")))]);
        await AddEventsAsync("p3", Timeline(1, 0), Timeline(2, 1));

        var profiles = new List<ProfileChange>();
        long? sequence = null;
        await foreach (var (batch, last) in Store.ScanAsync(3, Stop))
        {
            Assert.Null(sequence);
            profiles.AddRange(batch);
            sequence = last;
        }

        Assert.Equal(7, sequence);
        Assert.Equal(7, profiles.Select(p => p.Profile.Id).Distinct().Count());
        Assert.Equal(2, profiles.Single(p => p.Profile.Id == "p3").Events.Count);
        Assert.Equal(2, profiles.Sum(p => p.Events.Count));
    }

    [Fact]
    public async Task Erase_ByAnAbsorbedId_LeavesOnlyTheIdsInTheFeed()
    {
        await StoreAsync(2, ("a", Profile("a")), ("b", Profile("b")));
        await AddEventsAsync("b", Timeline(1, 0));
        var merge = Commit(positions: 5, merge: 1, feed: 3);
        merge.Profiles.Add((Profile("a", version: 2), 3));
        merge.Absorbed.Add(("b", "a", 3));
        await Store.CommitAsync(merge, Stop);

        Assert.Equal(["a", "b"], (await Store.EraseAsync("b", 4, Stop)).Order());

        Assert.Empty(await Store.LoadAsync(["a", "b"], Stop));
        Assert.Equal(0, await Store.CountAsync(Stop));
        Assert.Empty((await Store.ListEventsAsync("a", 10, "", Stop)).Events);
        var (changes, sequence) = await Store.ChangesAfterAsync(3, 10, Stop);
        Assert.Equal(4, sequence);
        Assert.All(changes, c => Assert.True(c.Deleted));
        Assert.Equal(["a", "b"], changes.Select(c => c.Profile.Id).Order());
        Assert.Empty(await Store.EraseAsync("a", 5, Stop));
    }

    [Fact]
    public async Task EventPositions_OfAnAbsorbedId_AreThePersons()
    {
        await StoreAsync(1, ("a", Profile("a")));
        await AddEventsAsync("a", Timeline(9, 4), Timeline(1, 7));

        var positions = await Store.EventPositionsAsync("a", Stop).ToListAsync(Stop);

        Assert.Equal([4L, 7L], positions.Select(p => p.Offset).Order());
    }

    [Fact]
    public async Task DeadLetters_InPages_NewestFirstUntilReplayed()
    {
        var commit = Commit(positions: 9, merge: 0, feed: 0);
        for (var i = 0; i < 5; i++)
            commit.DeadLetters.Add(new DeadLetter { Id = $"0-{i}", Position = At(i), FailedAt = 100 + i });
        await Store.CommitAsync(commit, Stop);
        var replayed = Commit(positions: 9, merge: 0, feed: 0);
        replayed.ReplayedDeadLetters.Add(At(3));
        await Store.CommitAsync(replayed, Stop);

        var (first, cursor) = await Store.ListDeadLettersAsync(2, "", Stop);
        var (second, _) = await Store.ListDeadLettersAsync(10, cursor, Stop);

        Assert.Equal(["0-4", "0-2", "0-1", "0-0"], first.Concat(second).Select(l => l.Id));
        Assert.Null(await Store.FindDeadLetterAsync(At(3), Stop));
    }

    private static FeedPosition At(long offset) => new() { Partition = 0, Offset = offset };

    private static TimelineEvent Timeline(long at, long offset) => new() { Position = At(offset), Type = "track", Name = "E", Timestamp = at, MessageId = $"m{offset}", ReceivedAt = at };

    private static StoredProfile Profile(string id, string? trait = null, long version = 1)
    {
        var profile = new StoredProfile { Document = new ProfileDocument { Id = id, Version = version } };
        if (trait is not null)
            profile.Document.Traits.Add(new Trait { Name = "t", Json = trait });
        return profile;
    }

    private static ProfileCommit Commit(long positions, long merge, long feed) =>
        new() { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = positions }, merge, feed) };

    private async Task StoreAsync(long feed, params (string Id, StoredProfile Profile)[] profiles)
    {
        var commit = Commit(positions: feed, merge: 0, feed);
        for (var i = 0; i < profiles.Length; i++)
            commit.Profiles.Add((profiles[i].Profile, feed - profiles.Length + i + 1));
        await Store.CommitAsync(commit, Stop);
    }

    private async Task AddEventsAsync(string id, params TimelineEvent[] events)
    {
        var positions = await Store.PositionsAsync(Stop);
        var commit = new ProfileCommit { Positions = positions };
        commit.Events.AddRange(events.Select(e => (id, e, positions.Feed)));
        await Store.CommitAsync(commit, Stop);
    }
}
