using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Fakes;
using CsCheck;
using Google.Protobuf;

namespace Cdp.Profile.Tests.Store;

/// <summary>What every store of profiles must keep, whatever is in them and however much it is.</summary>
public abstract class ProfileContentSuite : ProfileFeedSuite
{
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private long _feed;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task Load_OfAnyProfile_IsWhatWasStored() => AnyProfile.Profile.Array[1, 50].SampleAsync(
        async profiles =>
        {
            for (var i = 0; i < profiles.Length; i++)
                profiles[i].Document.Id = $"{_feed}-{i}";
            await CommitAsync(profiles);

            Assert.Equal(profiles, await Store.LoadAsync([.. profiles.Select(p => p.Document.Id)], Stop));
        },
        iter: 20, threads: 1);

    [Fact]
    public Task ListEvents_OfAnyEvents_AreWhatWasStored() => AnyProfile.Event.Array[1, 250].SampleAsync(
        async events =>
        {
            var id = $"p{_feed}";
            for (var i = 0; i < events.Length; i++)
                events[i].Position.Offset = i;
            await CommitAsync([NewProfile(id)], [.. events.Select(e => (id, e))]);

            var (listed, cursor) = await Store.ListEventsAsync(id, 1_000, "", Stop);
            Assert.Equal(events.OrderByDescending(e => e.Timestamp).ThenByDescending(e => e.Position.Partition).ThenByDescending(e => e.Position.Offset), listed);
            Assert.Equal("", cursor);
        },
        iter: 10, threads: 1);

    [Fact]
    public async Task Load_OfAProfileLargerThanADocument_IsWhatWasStoredUntilItIsErased()
    {
        var profile = NewProfile("large");
        for (var i = 0; i < 1_100; i++)
            profile.Document.Traits.Add(new Trait { Name = $"t{i:d4}", Json = $"\"{new string((char)('a' + (i % 26)), 16_000)}\"", Position = new FeedPosition { Offset = i } });
        profile.RemovedTraits.Add(new Trait { Name = "removed" });
        profile.Positions.Add(new FeedPosition { Partition = 1, Offset = 7 });
        await CommitAsync([profile], [("large", NewEvent(5, 1, 0))]);
        Assert.True(profile.CalculateSize() > 16 * 1024 * 1024);
        Assert.Equal(profile, Assert.Single(await Store.LoadAsync(["large"], Stop)));

        for (var i = 0; i < 1_000; i++)
            profile.Document.Traits.RemoveAt(0);
        profile.Document.Version = 2;
        await CommitAsync([profile]);
        Assert.Equal(profile, Assert.Single(await Store.LoadAsync(["large"], Stop)));
        Assert.Single((await Store.ListEventsAsync("large", 10, "", Stop)).Events);

        await Store.EraseAsync("large", ++_feed, Stop);
        Assert.Empty(await Store.LoadAsync(["large"], Stop));
    }

    [Fact]
    public async Task ListEvents_OfLargeEventsOfAMergedPersonInNoOrder_GivesEachOnceNewestFirst()
    {
        var random = new Random(7);
        await CommitAsync([NewProfile("a"), NewProfile("b")], [.. Enumerable.Range(0, 150).Select(i => (i % 3 == 0 ? "a" : "b", NewEvent(random.Next(40), i, 60_000)))]);
        var merge = Commit([NewProfile("a")], []);
        merge.Absorbed.Add(("b", "a", _feed));
        await Store.CommitAsync(merge, Stop);
        await CommitAsync([NewProfile("a")], [.. Enumerable.Range(150, 300).Select(i => ("a", NewEvent(random.Next(40), i, 10)))]);

        var all = new List<TimelineEvent>();
        var cursor = "";
        do
        {
            var (events, next) = await Store.ListEventsAsync("a", 70, cursor, Stop);
            all.AddRange(events);
            cursor = next;
        }
        while (cursor.Length > 0);

        Assert.Equal(450, all.Count);
        Assert.Equal(Enumerable.Range(0, 450).Select(i => (long)i), all.Select(e => e.Position.Offset).Order());
        Assert.Equal(all.OrderByDescending(e => e.Timestamp).ThenByDescending(e => e.Position.Offset), all);
        Assert.Equal(450, await Store.EventPositionsAsync("b", Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task Load_OfManyIds_KeepsTheirOrder()
    {
        await CommitAsync([.. Enumerable.Range(0, 20).Select(i => NewProfile($"p{i * 100}"))]);
        var merge = Commit([NewProfile("p700")], []);
        merge.Absorbed.Add(("p800", "p700", _feed));
        await Store.CommitAsync(merge, Stop);

        var found = await Store.LoadAsync([.. Enumerable.Range(0, 2_500).Reverse().Select(i => $"p{i}")], Stop);

        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(i => i == 8 ? "p700" : $"p{i * 100}"), found.Select(p => p.Document.Id));
        Assert.Equal(19, await Store.CountAsync(Stop));
    }

    [Fact]
    public async Task Erase_ThenTheSameIdAgain_HasNothingOfTheFormer()
    {
        await CommitAsync([NewProfile("a")], [("a", NewEvent(1, 1, 0))]);
        await Store.EraseAsync("a", ++_feed, Stop);
        await CommitAsync([NewProfile("a")], [("a", NewEvent(2, 2, 0))]);

        Assert.Equal([2L], (await Store.ListEventsAsync("a", 10, "", Stop)).Events.Select(e => e.Position.Offset));
        Assert.Equal(1, await Store.CountAsync(Stop));
        var (changes, _) = await Store.ChangesAfterAsync(0, 100, Stop);
        Assert.Equal([true, false], changes.Select(c => c.Deleted));
        Assert.Equal([2L], changes[1].Events.Select(e => e.Position.Offset));
    }

    private static StoredProfile NewProfile(string id) => new() { Document = new ProfileDocument { Id = id } };

    private static TimelineEvent NewEvent(long at, long offset, int bytes) =>
        new() { Position = new FeedPosition { Offset = offset }, Type = "track", Timestamp = at, Properties = ByteString.CopyFrom(new byte[bytes]) };

    private Task CommitAsync(StoredProfile[] profiles, params (string Id, TimelineEvent Event)[] events) => Store.CommitAsync(Commit(profiles, events), Stop);

    private ProfileCommit Commit(StoredProfile[] profiles, (string Id, TimelineEvent Event)[] events)
    {
        foreach (var profile in profiles.Where(p => p.Document.Version == 0))
            profile.Document.Version = _versions[profile.Document.Id] = _versions.GetValueOrDefault(profile.Document.Id) + 1;
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long>(), 0, _feed += profiles.Length) };
        commit.Profiles.AddRange(profiles.Select((p, i) => (p, _feed - profiles.Length + i + 1)));
        commit.Events.AddRange(events.Select(e => (e.Id, e.Event, commit.Profiles.Single(p => p.Profile.Document.Id == e.Id).Sequence)));
        return commit;
    }
}
