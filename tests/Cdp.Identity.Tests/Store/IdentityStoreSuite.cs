using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Store;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Store;

/// <summary>What every identity store must do.</summary>
public abstract class IdentityStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_ManyIdentifiersOfFewPersons_GivesEachPersonOnceWithAllIdentifiers()
    {
        var store = Open();
        await store.CommitAsync(Changes(("p1", "user_id:a"), ("p1", "email:a@x"), ("p2", "user_id:b")), Stop);

        var found = await store.FindAsync([Key("user_id:a"), Key("email:a@x"), Key("user_id:b"), Key("user_id:none")], Stop);

        Assert.Equal(["p1", "p2"], found.Select(p => p.Id).Order());
        var first = found.Single(p => p.Id == "p1");
        Assert.Equal(100, first.CreatedAt);
        Assert.Equal(
            [new StoredIdentifier(Key("email:a@x"), 5, "src_1", "m"), new StoredIdentifier(Key("user_id:a"), 5, "src_1", "m")],
            first.Identifiers.OrderBy(i => i.Key.Type, StringComparer.Ordinal));
        Assert.Empty(await store.FindAsync([], Stop));
    }

    [Fact]
    public async Task Commit_MergesInOneBatch_LeaveTheLastSurvivorWithEverything()
    {
        var store = Open();
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Merges.Add(Merge(1, "p2", "p3"));
        changes.Merges.Add(Merge(2, "p1", "p2"));
        await store.CommitAsync(changes, Stop);

        var person = Assert.Single(await store.FindAsync([Key("user_id:c")], Stop));
        Assert.Equal("p1", person.Id);
        Assert.Equal(3, person.Identifiers.Count);
        Assert.Equal(["p2", "p3"], await store.AbsorbedAsync("p1", Stop));
        foreach (var id in new[] { "p1", "p2", "p3" })
            Assert.Equal("p1", (await store.GetAsync(id, Stop))!.Id);
        Assert.Equal([1, 2], (await store.MergesOfAsync("p1", Stop)).Select(m => m.Sequence));
    }

    [Fact]
    public async Task MergesAfter_Sequence_GivesLaterOnesInOrder()
    {
        var store = Open();
        Assert.Equal(0, await store.LastMergeAsync(Stop));
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        changes.Merges.Add(Merge(2, "p1", "p3"));
        await store.CommitAsync(changes, Stop);

        Assert.Equal([changes.Merges[1]], await store.MergesAfterAsync(1, Stop));
        Assert.Equal(changes.Merges, await store.MergesAfterAsync(0, Stop));
        Assert.Empty(await store.MergesAfterAsync(2, Stop));
        Assert.Equal(2, await store.LastMergeAsync(Stop));
    }

    [Fact]
    public async Task Commit_HalfOfItFails_KeepsNothing()
    {
        var store = Open();
        await store.CommitAsync(Changes(("p1", "user_id:a")), Stop);

        // The identifier is held already: a resolver never asks for this.
        await Assert.ThrowsAnyAsync<Exception>(() => store.CommitAsync(Changes(("p2", "user_id:b"), ("p2", "user_id:a")), Stop));

        Assert.Null(await store.GetAsync("p2", Stop));
        Assert.Empty(await store.FindAsync([Key("user_id:b")], Stop));
    }

    [Fact]
    public async Task Open_Again_HoldsWhatWasCommitted()
    {
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        await Open().CommitAsync(changes, Stop);

        var store = await ReopenAsync();

        Assert.Equal("p1", (await store.GetAsync("p2", Stop))!.Id);
        Assert.Equal(1, await store.LastMergeAsync(Stop));
        Assert.Equal(changes.Merges, await store.MergesAfterAsync(0, Stop));
    }

    [Theory]
    [InlineData("p1")]
    [InlineData("p2")]
    public async Task Erase_ByAnyIdOfAPerson_ForgetsAllOfIt(string id)
    {
        var store = Open();
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"), ("p4", "user_id:d"));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        changes.Merges.Add(Merge(2, "p3", "p4"));
        await store.CommitAsync(changes, Stop);

        Assert.Equal(["p1", "p2"], await store.EraseAsync(id, Stop));

        Assert.Empty(await store.FindAsync([Key("user_id:a"), Key("user_id:b")], Stop));
        Assert.Null(await store.GetAsync("p1", Stop));
        Assert.Null(await store.GetAsync("p2", Stop));
        Assert.Equal([2], (await store.MergesAfterAsync(0, Stop)).Select(m => m.Sequence));
        Assert.Equal(2, await store.LastMergeAsync(Stop));
        Assert.Equal("p3", (await store.GetAsync("p4", Stop))!.Id);
        Assert.Empty(await store.EraseAsync(id, Stop));
    }

    protected abstract IIdentityStore Open();

    protected abstract Task<IIdentityStore> ReopenAsync();

    private protected static IdentityChanges Changes(params (string Person, string Identifier)[] identifiers)
    {
        var changes = new IdentityChanges();
        foreach (var id in identifiers.Select(i => i.Person).Distinct())
            changes.Created.Add((id, 100));
        foreach (var (person, identifier) in identifiers)
            changes.Added.Add((person, new StoredIdentifier(Key(identifier), 5, "src_1", "m")));
        return changes;
    }

    private static Merge Merge(long sequence, string survivor, string absorbed) => new()
    {
        Sequence = sequence,
        SurvivorId = survivor,
        AbsorbedId = absorbed,
        Cause = new Identifier { Type = "user_id", Value = "a" },
        Rule = "shared_identifier",
    };
}
