using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;

namespace Cdp.Profile.Tests.Store;

/// <summary>What every store of profiles forgets by age, and what it never does.</summary>
public abstract class ProfileRetentionSuite : ProfileContentSuite
{
    private long _feed;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PruneDeadLetters_Older_GoInBatchesAndNewerStay()
    {
        var commit = Commit(positions: 9, merge: 0, feed: 0);
        for (var i = 0; i < 5; i++)
            commit.DeadLetters.Add(new DeadLetter { Id = $"0-{i}", Position = At(i), FailedAt = 100 + i });
        await Store.CommitAsync(commit, Stop);

        foreach (var pruned in new[] { 2, 1, 0 })
            Assert.Equal(pruned, await Store.PruneDeadLettersAsync(103, 2, Stop));
        await CloseAsync();
        Store = await OpenAsync();

        Assert.Equal(["0-4", "0-3"], (await Store.ListDeadLettersAsync(10, "", Stop)).DeadLetters.Select(l => l.Id));
        Assert.Null(await Store.FindDeadLetterAsync(At(0), Stop));
        Assert.Equal(9, (await Store.PositionsAsync(Stop)).Events[0]);
    }

    [Fact]
    public async Task PruneDeadLetters_SetAsideAgain_IsThereAgain()
    {
        var commit = Commit(positions: 9, merge: 0, feed: 0);
        commit.DeadLetters.Add(new DeadLetter { Id = "0-1", Position = At(1), FailedAt = 100 });
        await Store.CommitAsync(commit, Stop);
        await Store.PruneDeadLettersAsync(103, 2, Stop);

        await Store.CommitAsync(commit, Stop);

        Assert.NotNull(await Store.FindDeadLetterAsync(At(1), Stop));
    }

    [Fact]
    public async Task PruneTimeline_Older_IsInNoAnswerAnyMoreAndNewerStays()
    {
        await AddAsync("a", At(1, 10), At(2, 30), At(3, 20), At(4, 40));
        await AddAsync("b", At(5, 10));

        Assert.Equal(3, await Store.PruneTimelineAsync(30, 10, Stop));
        await ReopenAsync();

        Assert.Equal([4L, 2L], await ListAsync("a"));
        Assert.Empty(await ListAsync("b"));
        Assert.Equal([2L, 4L], await ScannedAsync());
        var (changes, sequence) = await Store.ChangesAfterAsync(0, 10, Stop);
        Assert.Equal(2, sequence);
        Assert.Equal([2L, 4L], changes.SelectMany(c => c.Events).Select(e => e.Position.Offset).Order());
        Assert.Equal(["a", "b"], changes.Select(c => c.Profile.Id).Order());
        Assert.Equal(2, await Store.CountAsync(Stop));
        Assert.Equal(0, await Store.PruneTimelineAsync(30, 10, Stop));
    }

    [Fact]
    public async Task PruneTimeline_Forgotten_StaysWithThePersonAsAPosition()
    {
        await AddAsync("a", At(1, 10), At(2, 30));
        await AddAsync("b", At(3, 10), At(4, 30));
        await Store.PruneTimelineAsync(20, 10, Stop);

        await MergeAsync("b", "a");
        await AddAsync("a", At(5, 40));

        Assert.Equal([1L, 2, 3, 4, 5], await PositionsAsync("b"));
        Assert.Equal([5L, 4, 2], await ListAsync("a"));
    }

    [Fact]
    public async Task PruneTimeline_Limit_ForgetsThatManyAtATime()
    {
        await AddAsync("a", [.. Enumerable.Range(1, 250).Select(i => At(i, i))]);

        var forgotten = 0;
        for (var some = 0; (some = await Store.PruneTimelineAsync(231, 60, Stop)) > 0; forgotten += some)
            Assert.InRange(some, 1, 60);

        Assert.Equal(230, forgotten);
        Assert.Equal(Enumerable.Range(231, 20).Reverse().Select(i => (long)i), await ListAsync("a"));
        Assert.Equal(250, (await PositionsAsync("a")).Count());
    }

    [Fact]
    public async Task PruneTimeline_OldEventComesLater_IsForgottenToo()
    {
        await AddAsync("a", At(1, 10), At(2, 30));
        await Store.PruneTimelineAsync(30, 10, Stop);
        await AddAsync("a", At(3, 5), At(4, 50));
        Assert.Equal([4L, 2L, 3L], await ListAsync("a"));

        Assert.Equal(1, await Store.PruneTimelineAsync(30, 10, Stop));

        Assert.Equal([4L, 2L], await ListAsync("a"));
        Assert.Equal([1L, 2, 3, 4], await PositionsAsync("a"));
    }

    [Fact]
    public async Task Commit_SplitOfWhoseEventsAreForgotten_GivesEachPartItsPositions()
    {
        await AddAsync("a", At(1, 10), At(2, 30));
        await AddAsync("b", At(3, 10), At(4, 30), At(5, 11));
        await MergeAsync("b", "a");
        await Store.PruneTimelineAsync(20, 10, Stop);

        var commit = Next();
        var sequence = commit.Positions.Feed;
        commit.Profiles.Add((NewProfile("a", 5), sequence));
        commit.Profiles.Add((NewProfile("b", 5), sequence));
        commit.Splits.Add(new ProfileSplit(
            "a", sequence, [new ProfileSplitPart("a", [], [(0, 1), (0, 2)]), new ProfileSplitPart("b", [], [(0, 3), (0, 4)])], []));
        await Store.CommitAsync(commit, Stop);

        Assert.Equal([1L, 2], await PositionsAsync("a"));
        Assert.Equal([3L, 4], await PositionsAsync("b"));
        Assert.Equal([2L], await ListAsync("a"));
        Assert.Equal([4L], await ListAsync("b"));
        var (changes, _) = await Store.ChangesAfterAsync(sequence - 1, 10, Stop);
        Assert.Equal([("a", 2L), ("b", 4L)], changes.SelectMany(c => c.Events.Select(e => (c.Profile.Id, e.Position.Offset))).Order());
    }

    [Fact]
    public async Task Erase_OfWhoseEventsAreForgotten_LeavesNoPosition()
    {
        await AddAsync("a", At(1, 10), At(2, 30));
        await Store.PruneTimelineAsync(20, 10, Stop);

        await Store.EraseAsync("a", ++_feed, Stop);

        Assert.Empty(await PositionsAsync("a"));
        Assert.Equal(0, await Store.PruneTimelineAsync(100, 10, Stop));
        await AddAsync("a", At(3, 30));
        Assert.Equal([3L], await PositionsAsync("a"));
    }

    private static TimelineEvent At(long offset, long at) =>
        new() { Position = new FeedPosition { Offset = offset }, Type = "track", Name = "E", Timestamp = at, MessageId = $"m{offset}", ReceivedAt = at };

    private static FeedPosition At(long offset) => new() { Offset = offset };

    private static ProfileCommit Commit(long positions, long merge, long feed) =>
        new() { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = positions }, merge, feed) };

    private static StoredProfile NewProfile(string id, long version) => new() { Document = new ProfileDocument { Id = id, Version = version } };

    private ProfileCommit Next() => new() { Positions = new ProfilePositions(new Dictionary<int, long>(), 0, ++_feed) };

    private async Task AddAsync(string id, params TimelineEvent[] events)
    {
        var commit = Next();
        var stored = await Store.LoadAsync([id], Stop);
        commit.Profiles.Add((NewProfile(id, stored.Count == 0 ? 1 : stored[0].Document.Version + 1), _feed));
        commit.Events.AddRange(events.Select(e => (id, e, _feed)));
        await Store.CommitAsync(commit, Stop);
    }

    private async Task MergeAsync(string absorbed, string survivor)
    {
        var commit = Next();
        commit.Profiles.Add((NewProfile(survivor, 3), _feed));
        commit.Absorbed.Add((absorbed, survivor, _feed));
        await Store.CommitAsync(commit, Stop);
    }

    private async Task ReopenAsync()
    {
        await CloseAsync();
        Store = await OpenAsync();
    }

    private async Task<IEnumerable<long>> ListAsync(string id) => (await Store.ListEventsAsync(id, 1_000, "", Stop)).Events.Select(e => e.Position.Offset);

    private async Task<IEnumerable<long>> PositionsAsync(string id) => (await Store.EventPositionsAsync(id, Stop).ToListAsync(Stop)).Select(p => p.Offset).Order();

    private async Task<IEnumerable<long>> ScannedAsync()
    {
        var scanned = new List<long>();
        await foreach (var (profiles, _) in Store.ScanAsync(10, Stop))
            scanned.AddRange(profiles.SelectMany(p => p.Events).Select(e => e.Position.Offset));
        return scanned.Order();
    }
}
