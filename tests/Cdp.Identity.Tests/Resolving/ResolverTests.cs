using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Resolving;

public sealed class ResolverTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;

    public ResolverTests() => _store = new EmbeddedIdentityStore(_directory.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resolve_LoginOnTwoDevices_MakesOnePersonAndRecordsWhy()
    {
        using var resolver = Resolver(_store);
        var phone = await resolver.ResolveOneAsync("anonymous_id:phone");
        var laptop = await resolver.ResolveOneAsync("anonymous_id:laptop");

        var response = await resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:laptop"), Of("anonymous_id:phone", "user_id:ann"));

        Assert.NotEqual(phone, laptop);
        Assert.All(response.Resolutions, r => Assert.Equal(phone, r.ProfileId));
        var merge = Assert.Single(response.Merges);
        Assert.Equal((1, phone, laptop, "user_id:ann", "shared_identifier"), (merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.Cause.Text(), merge.Rule));
        Assert.Equal(("anonymous_id:phone+user_id:ann", "src_1", 7), (merge.MessageId, merge.SourceId, merge.Position.Offset));
        Assert.Equal(phone, (await _store.GetAsync(laptop, Stop))!.Id);
    }

    [Fact]
    public async Task Resolve_PersonIsAbsorbedLaterInTheBatch_AnswersWithTheIdAtTheEnd()
    {
        using var resolver = Resolver(_store);

        var response = await resolver.ResolveAsync(
            0, Of("anonymous_id:1"), Of("anonymous_id:2"), Of("anonymous_id:2", "email:x@y"), Of("anonymous_id:1", "user_id:ann"), Of("user_id:ann", "email:x@y"), Of("email:x@y", "phone:5"));

        var id = Assert.Single(response.Resolutions.Select(r => r.ProfileId).Distinct());
        Assert.Equal(response.Merges[0].SurvivorId, id);
        var stored = Assert.Single(await _store.FindAsync([Key("phone:5")], Stop));
        Assert.Equal(id, stored.Id);
        Assert.Equal(5, stored.Identifiers.Count);
    }

    [Fact]
    public async Task Resolve_SecondUserId_LeavesTheDeviceToItsOwner()
    {
        using var resolver = Resolver(_store);
        var ann = await resolver.ResolveOneAsync("user_id:ann", "anonymous_id:shared");

        var response = await resolver.ResolveAsync(0, Of("anonymous_id:shared", "user_id:bob"));

        Assert.NotEqual(ann, response.Resolutions[0].ProfileId);
        Assert.Equal(["user_id:bob"], response.Resolutions[0].Identifiers.Select(i => i.Text()));
        Assert.Empty(response.Merges);
        Assert.Equal(ann, await resolver.ResolveOneAsync("anonymous_id:shared"));
    }

    [Fact]
    public async Task Resolve_SixthValueOfAType_IsLeftOutAndTheRestKept()
    {
        using var resolver = Resolver(_store);
        for (var i = 1; i <= 6; i++)
            await resolver.ResolveOneAsync("user_id:ann", $"anonymous_id:{i}");

        var person = Assert.Single(await _store.FindAsync([Key("user_id:ann")], Stop));
        Assert.Equal(["1", "2", "3", "4", "5"], person.Identifiers.Where(i => i.Key.Type == "anonymous_id").Select(i => i.Key.Value).Order());
        Assert.NotEqual(person.Id, await resolver.ResolveOneAsync("anonymous_id:6"));
    }

    [Fact]
    public async Task Resolve_LowestPriorityIsLeftOutFirst_UntilTheRestFits()
    {
        using var resolver = Resolver(_store);
        await resolver.ResolveOneAsync("user_id:ann", "email:a@x");
        await resolver.ResolveOneAsync("user_id:bob", "anonymous_id:d");

        // All three together would have two user ids: first the phone goes, then the device.
        var response = await resolver.ResolveAsync(0, Of("phone:1", "anonymous_id:d", "email:a@x"));

        Assert.Equal(["email:a@x"], response.Resolutions[0].Identifiers.Select(i => i.Text()));
        Assert.Empty(response.Merges);
    }

    [Fact]
    public async Task Resolve_WeeklyLimit_CountsWithinAWeekOfTheEvent()
    {
        var options = new IdentityOptions { Identifiers = { ["anonymous_id"] = new() { Limit = 1, Window = "weekly" } } };
        using var resolver = Resolver(_store, options);
        const long Day = 86_400_000;

        var response = await resolver.ResolveAsync(
            0, At(0, "user_id:ann", "anonymous_id:1"), At(3 * Day, "user_id:ann", "anonymous_id:2"), At(8 * Day, "user_id:ann", "anonymous_id:3"));

        Assert.Equal([2, 1, 2], response.Resolutions.Select(r => r.Identifiers.Count));
    }

    [Fact]
    public async Task Resolve_Alias_MergesWhateverTheLimitsAndLaterEventsStay()
    {
        using var resolver = Resolver(_store);
        var old = await resolver.ResolveOneAsync("user_id:old");
        await resolver.ResolveOneAsync("user_id:new");

        var response = await resolver.ResolveAsync(0, Alias("user_id:new", "user_id:old"), Of("user_id:new", "email:n@x"), Of("user_id:old"));

        Assert.All(response.Resolutions, r => Assert.Equal(old, r.ProfileId));
        Assert.Equal("alias", Assert.Single(response.Merges).Rule);
        Assert.Equal(2, response.Resolutions[1].Identifiers.Count);
    }

    [Fact]
    public async Task Resolve_NothingUsable_IsNobody()
    {
        using var resolver = Resolver(_store);

        var response = await resolver.ResolveAsync(0, Of("user_id:null", "anonymous_id:0-0", "group_id:acme", "email: "), Of());

        Assert.All(response.Resolutions, r => Assert.Equal("", r.ProfileId));
        Assert.Empty(await _store.FindAsync([Key("user_id:null"), Key("group_id:acme")], Stop));
    }

    [Fact]
    public async Task Resolve_MoreThanOnePersonCanHold_LeavesTheRestOut()
    {
        using var resolver = Resolver(_store);
        foreach (var types in Enumerable.Range(0, LimitCheck.MostIdentifiers + 100).Select(i => Alias("user_id:ann", $"custom{i:D5}:v")).Chunk(5_000))
            await resolver.ResolveAsync(0, types);

        var person = Assert.Single(await _store.FindAsync([Key("user_id:ann")], Stop));
        Assert.Equal(LimitCheck.MostIdentifiers, person.Identifiers.Count);
    }

    [Fact]
    public async Task Resolve_PersonAbsorbsMany_StaysFastAndIsTold()
    {
        using var resolver = Resolver(_store);
        var devices = Enumerable.Range(0, 10_000).Select(i => $"device{i:D5}:v").ToList();
        foreach (var some in devices.Chunk(2_000))
            await resolver.ResolveAsync(0, [.. some.Select(d => Of(d))]);

        // The youngest first, each time into an older one: the long way round.
        foreach (var some in devices.Zip(devices.Skip(1), (older, younger) => Alias(older, younger)).Reverse().Chunk(500))
            await resolver.ResolveAsync(20_000, some);

        var person = Assert.Single(await _store.FindAsync([Key(devices[^1])], Stop));
        Assert.Equal((10_000, 9_999), (person.Identifiers.Count, person.Absorbed));
    }

    [Fact]
    public async Task Resolve_EventWithHundredsOfIdentifiers_TakesTheFirstByPriority()
    {
        using var resolver = Resolver(_store);

        var response = await resolver.ResolveAsync(0, Of([.. Enumerable.Range(0, 800).Select(i => $"z{i:D3}:v"), "user_id:ann"]));

        Assert.Equal(50, response.Resolutions[0].Identifiers.Count);
        Assert.Equal("user_id:ann", response.Resolutions[0].Identifiers[0].Text());
    }

    [Fact]
    public async Task Resolve_MergesAfter_GivesAllLaterMergesAlsoThoseOfEarlierBatches()
    {
        using var resolver = Resolver(_store);
        await resolver.ResolveAsync(0, Of("user_id:a"), Of("anonymous_id:a"), Of("user_id:a", "anonymous_id:a"));
        await resolver.ResolveAsync(1, Of("user_id:b"), Of("anonymous_id:b"), Of("user_id:b", "anonymous_id:b"));

        Assert.Equal([1, 2], (await resolver.ResolveAsync(0, Of("user_id:c"))).Merges.Select(m => m.Sequence));
        Assert.Equal([2], (await resolver.ResolveAsync(1, Of("user_id:c"))).Merges.Select(m => m.Sequence));
        Assert.Empty((await resolver.ResolveAsync(2, Of("user_id:c"))).Merges);
        Assert.Empty((await resolver.ResolveAsync(9, Of("user_id:c"))).Merges);
    }

    [Fact]
    public async Task Erase_Person_IsForgottenInMemoryToo()
    {
        using var resolver = Resolver(_store);
        var ann = await resolver.ResolveOneAsync("user_id:ann", "email:a@x");

        Assert.Equal([ann], await resolver.EraseAsync(ann, Stop));

        Assert.NotEqual(ann, await resolver.ResolveOneAsync("email:a@x"));
        Assert.Empty(await resolver.EraseAsync(ann, Stop));
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }
}
