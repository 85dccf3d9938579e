using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Store;

/// <summary>What every store of segments does.</summary>
public abstract class SegmentStoreSuite
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract ISegmentStore Store { get; }

    /// <summary>Opens what is stored anew.</summary>
    protected abstract Task ReopenAsync();

    /// <summary>Whether a text is still anywhere at rest.</summary>
    protected abstract bool IsAtRest(string text);

    [Fact]
    public async Task Commit_Reopened_KeepsEverything()
    {
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "s", "a"), Change(2, "s", "b", peer: "x"), Change(3, "s", "a", entered: false));
        await ReopenAsync();

        Assert.Equal(new SegmentPositions(3, 3), await Store.PositionsAsync(Cancellation));
        var (definition, size) = Assert.Single(await Store.SegmentsAsync(Cancellation));
        Assert.Equal((new SegmentDefinition("s", "S", "{}", 1, 2), 1), (definition, size));
        Assert.Equal([new Member { ProfileId = "b", EnteredAt = 2, EnteredSequence = 2 }], await Store.MembersAsync("s", "", 10, Cancellation));
        Assert.Equal(["-a Profile", "+b Profile x", "+a Profile"], await HistoryAsync("s"));
    }

    [Fact]
    public async Task Commit_Twice_IsAsOnce()
    {
        await DefineAsync("s");
        await CommitAsync(2, Change(1, "s", "a"), Change(2, "s", "b"));
        await CommitAsync(2, Change(1, "s", "a"), Change(2, "s", "b"));

        Assert.Equal(2, (await Store.SegmentsAsync(Cancellation))[0].Size);
        Assert.Equal(2, (await HistoryAsync("s")).Length);
    }

    [Fact]
    public async Task ChangesAfter_TracedChange_CarriesTheContext()
    {
        const string context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var traced = Change(1, "s", "a");
        traced.Traceparent = context;
        await DefineAsync("s");
        await CommitAsync(2, traced, Change(2, "s", "b"));
        await ReopenAsync();

        Assert.Equal([context, ""], (await Store.ChangesAfterAsync(0, 10, Cancellation)).Changes.Select(c => c.Traceparent));
    }

    [Fact]
    public async Task Members_Pages_GoByProfileId()
    {
        await DefineAsync("s");
        await DefineAsync("t");
        await CommitAsync(4, Change(1, "s", "c"), Change(2, "s", "a"), Change(3, "s", "b"), Change(4, "t", "d"));

        Assert.Equal(["a", "b"], (await Store.MembersAsync("s", "", 2, Cancellation)).Select(m => m.ProfileId));
        Assert.Equal(["c"], (await Store.MembersAsync("s", "b", 2, Cancellation)).Select(m => m.ProfileId));
    }

    [Fact]
    public async Task Memberships_OfAProfile_GoByKey()
    {
        await DefineAsync("t");
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "t", "a"), Change(2, "s", "a"), Change(3, "s", "b"));

        Assert.Equal(["s", "t"], (await Store.MembershipsAsync("a", Cancellation)).Select(m => m.SegmentKey));
    }

    [Fact]
    public async Task History_PagedOrOfOneProfile_IsNewestFirst()
    {
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "s", "a"), Change(2, "s", "b"), Change(3, "s", "a", entered: false));

        Assert.Equal([3, 2], (await Store.HistoryAsync("s", "", long.MaxValue, 2, Cancellation)).Select(c => c.Sequence));
        Assert.Equal([1], (await Store.HistoryAsync("s", "", 2, 2, Cancellation)).Select(c => c.Sequence));
        Assert.Equal([3, 1], (await Store.HistoryAsync("s", "a", long.MaxValue, 9, Cancellation)).Select(c => c.Sequence));
    }

    [Fact]
    public async Task ChangesAfter_Pages_SayHowFarTheyReach()
    {
        await DefineAsync("s");
        // 4 and 5 were of an erased profile.
        await CommitAsync(5, Change(1, "s", "a"), Change(2, "s", "b"), Change(3, "s", "c"));

        var (first, reached) = await Store.ChangesAfterAsync(0, 2, Cancellation);
        var (rest, end) = await Store.ChangesAfterAsync(reached, 2, Cancellation);

        Assert.Equal([1, 2], first.Select(c => c.Sequence));
        Assert.Equal(2, reached);
        Assert.Equal([3], rest.Select(c => c.Sequence));
        Assert.Equal(5, end);
    }

    [Fact]
    public async Task Delete_OfASegment_TakesMembersAndHistory()
    {
        await DefineAsync("s");
        await DefineAsync("t");
        await CommitAsync(2, Change(1, "s", "a"), Change(2, "t", "a"));
        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(2, 2), Deleted = "s" }, Cancellation);

        Assert.Equal("t", Assert.Single(await Store.SegmentsAsync(Cancellation)).Definition.Key);
        Assert.Empty(await Store.MembersAsync("s", "", 10, Cancellation));
        Assert.Empty(await HistoryAsync("s"));
        Assert.Equal("t", Assert.Single(await Store.MembershipsAsync("a", Cancellation)).SegmentKey);
    }

    [Fact]
    public async Task Erase_OfAProfile_LeavesNoByteOfItsId()
    {
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "s", "secret-1"), Change(2, "s", "other"), Change(3, "s", "peer", peer: "secret-1"));
        Assert.True(IsAtRest("secret-1"));

        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(4, 4), Erased = ["secret-1"] }, Cancellation);

        Assert.Equal(["+peer Profile", "+other Profile"], await HistoryAsync("s"));
        Assert.Empty(await Store.MembershipsAsync("secret-1", Cancellation));
        Assert.False(IsAtRest("secret-1"));
    }

    [Fact]
    public async Task Delete_ThenTheSameKeyAgain_HasNothingOfTheFormer()
    {
        await DefineAsync("s");
        await CommitAsync(2, Change(1, "s", "a"), Change(2, "s", "b"));
        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(2, 2), Deleted = "s" }, Cancellation);
        await DefineAsync("s");
        await CommitAsync(3, Change(3, "s", "a"));

        Assert.Equal(1, Assert.Single(await Store.SegmentsAsync(Cancellation)).Size);
        Assert.Equal(["a"], (await Store.MembersAsync("s", "", 10, Cancellation)).Select(m => m.ProfileId));
        Assert.Equal(["+a Profile"], await HistoryAsync("s"));
        Assert.Equal([3], (await Store.ChangesAfterAsync(0, 10, Cancellation)).Changes.Select(c => c.Sequence));
    }

    [Fact]
    public async Task PruneHistory_Older_GoesInBatchesAndMembersStay()
    {
        await DefineAsync("s");
        await CommitAsync(6, Change(1, "s", "a"), Change(2, "s", "b"), Change(3, "s", "c"), Change(4, "s", "b", entered: false), Change(5, "s", "d"), Change(6, "s", "c", entered: false));

        foreach (var pruned in new[] { 3, 1, 0 })
            Assert.Equal(pruned, await Store.PruneHistoryAsync(before: 5, until: 6, 3, Cancellation));
        await ReopenAsync();

        Assert.Equal(["-c Profile", "+d Profile"], await HistoryAsync("s"));
        Assert.Equal([5, 6], (await Store.ChangesAfterAsync(0, 10, Cancellation)).Changes.Select(c => c.Sequence));
        Assert.Equal(2, (await Store.SegmentsAsync(Cancellation))[0].Size);
        Assert.Equal(
            [new Member { ProfileId = "a", EnteredAt = 1, EnteredSequence = 1 }, new Member { ProfileId = "d", EnteredAt = 5, EnteredSequence = 5 }],
            await Store.MembersAsync("s", "", 10, Cancellation));
        Assert.Equal("s", Assert.Single(await Store.MembershipsAsync("a", Cancellation)).SegmentKey);
        Assert.Empty(await Store.HistoryAsync("s", "b", long.MaxValue, 10, Cancellation));
        Assert.Equal([6], (await Store.HistoryAsync("s", "c", long.MaxValue, 10, Cancellation)).Select(c => c.Sequence));
        Assert.Equal(0, await Store.PruneHistoryAsync(before: 5, until: 6, 3, Cancellation));
    }

    [Fact]
    public async Task PruneHistory_NotReadYet_Stays()
    {
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "s", "a"), Change(2, "s", "b"), Change(3, "s", "c"));

        Assert.Equal(2, await Store.PruneHistoryAsync(before: 100, until: 2, 10, Cancellation));
        Assert.Equal(0, await Store.PruneHistoryAsync(before: 100, until: 2, 10, Cancellation));

        Assert.Equal([3], (await Store.ChangesAfterAsync(0, 10, Cancellation)).Changes.Select(c => c.Sequence));
    }

    [Fact]
    public async Task Commit_OfWhoseHistoryIsPruned_GoesOn()
    {
        await DefineAsync("s");
        await CommitAsync(3, Change(1, "s", "a"), Change(2, "s", "b"), Change(3, "s", "b", entered: false));
        await Store.PruneHistoryAsync(before: 4, until: 3, 10, Cancellation);

        await CommitAsync(6, Change(4, "s", "a", entered: false), Change(5, "s", "b"), Change(6, "s", "a"));

        Assert.Equal(2, (await Store.SegmentsAsync(Cancellation))[0].Size);
        Assert.Equal([6, 4], (await Store.HistoryAsync("s", "a", long.MaxValue, 10, Cancellation)).Select(c => c.Sequence));
        Assert.Equal([5], (await Store.HistoryAsync("s", "b", long.MaxValue, 10, Cancellation)).Select(c => c.Sequence));
        Assert.Equal(2, await Store.PruneHistoryAsync(before: 6, until: 6, 10, Cancellation));
        Assert.Equal(["+a Profile"], await HistoryAsync("s"));
    }

    [Fact]
    public async Task Erase_OfWhoseHistoryIsPrunedInPart_LeavesNoByteOfItsId()
    {
        await DefineAsync("s");
        await CommitAsync(5, Change(1, "s", "secret-1"), Change(2, "s", "secret-1", entered: false), Change(3, "s", "secret-1"), Change(4, "s", "x"), Change(5, "s", "x", peer: "secret-1"));
        await Store.PruneHistoryAsync(before: 3, until: 5, 10, Cancellation);

        await Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(6, 6), Erased = ["secret-1"] }, Cancellation);

        Assert.Equal(["+x Profile", "+x Profile"], await HistoryAsync("s"));
        Assert.False(IsAtRest("secret-1"));
    }

    [Fact]
    public async Task Commit_OfMembersAsTheyAre_NeedsNoHistory()
    {
        await DefineAsync("s");
        await CommitAsync(2, Change(2, "s", "b"));
        var commit = new SegmentCommit
        {
            Positions = new SegmentPositions(2, 2),
            Members = [.. new[] { ("a", 1L), ("b", 2) }.Select(m => ("s", new Member { ProfileId = m.Item1, EnteredAt = m.Item2, EnteredSequence = m.Item2 }))],
        };

        await Store.CommitAsync(commit, Cancellation);
        await Store.CommitAsync(commit, Cancellation);

        Assert.Equal(2, (await Store.SegmentsAsync(Cancellation))[0].Size);
        Assert.Equal([("a", 1, 1), ("b", 2, 2)], (await Store.MembersAsync("s", "", 10, Cancellation)).Select(m => (m.ProfileId, m.EnteredAt, m.EnteredSequence)));
        Assert.Equal(["+b Profile"], await HistoryAsync("s"));
    }

    /// <summary>Any step may be stored again, as it is where nobody knows whether it was; and anything may be opened anew.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commit_OfAnySteps_IsWhatTheyComeTo(int seed)
    {
        var random = new Random(seed);
        var audiences = new StoredAudiences(random);
        for (var step = 0; step < 60; step++)
        {
            var commit = audiences.Next();
            await Store.CommitAsync(commit, Cancellation);
            if (random.Next(3) == 0)
                await Store.CommitAsync(commit, Cancellation);
            if (random.Next(20) == 0)
                await ReopenAsync();
        }

        Assert.Equal(audiences.Segments(), string.Join('\n', (await Store.SegmentsAsync(Cancellation)).Select(s => $"{s.Definition} {s.Size}")));
        Assert.Equal(audiences.Feed(), (await Store.ChangesAfterAsync(0, 10_000, Cancellation)).Changes);
        foreach (var key in audiences.Keys)
        {
            Assert.Equal(audiences.Members(key), string.Join(' ', (await Store.MembersAsync(key, "", 100, Cancellation)).Select(m => $"{m.ProfileId}@{m.EnteredSequence}")));
            Assert.Equal(audiences.History(key, ""), await Store.HistoryAsync(key, "", long.MaxValue, 10_000, Cancellation));
            Assert.Equal(audiences.History(key, "p3"), await Store.HistoryAsync(key, "p3", long.MaxValue, 10_000, Cancellation));
        }
        for (var id = 0; id < 12; id++)
            Assert.Equal(audiences.MembershipsOf($"p{id}"), string.Join(' ', (await Store.MembershipsAsync($"p{id}", Cancellation)).Select(m => m.SegmentKey)));
    }

    private Task DefineAsync(string key) => Store.CommitAsync(
        new SegmentCommit { Positions = default, Defined = new SegmentDefinition(key, key.ToUpperInvariant(), "{}", 1, 2) }, Cancellation);

    private Task CommitAsync(long position, params MembershipChange[] changes) =>
        Store.CommitAsync(new SegmentCommit { Positions = new SegmentPositions(position, position), Changes = changes }, Cancellation);

    private async Task<string[]> HistoryAsync(string key) =>
        [.. (await Store.HistoryAsync(key, "", long.MaxValue, 100, Cancellation)).Select(RunningStage.Describe)];

    private static MembershipChange Change(long sequence, string key, string id, bool entered = true, string peer = "") => new()
    {
        Sequence = sequence,
        SegmentKey = key,
        ProfileId = id,
        Entered = entered,
        Cause = MembershipCause.Profile,
        At = sequence,
        MergePeerId = peer,
    };
}
