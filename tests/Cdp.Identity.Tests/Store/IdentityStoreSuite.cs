using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
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
        Assert.Equal(0, first.Absorbed);
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
        Assert.Equal(0, (await store.SequencesAsync(Stop)).Merge);
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        changes.Merges.Add(Merge(2, "p1", "p3"));
        await store.CommitAsync(changes, Stop);

        Assert.Equal([changes.Merges[1]], await store.MergesAfterAsync(1, Stop));
        Assert.Equal(changes.Merges, await store.MergesAfterAsync(0, Stop));
        Assert.Empty(await store.MergesAfterAsync(2, Stop));
        Assert.Equal(2, (await store.SequencesAsync(Stop)).Merge);
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
        Assert.Equal(1, (await store.SequencesAsync(Stop)).Merge);
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
        Assert.Equal(2, (await store.SequencesAsync(Stop)).Merge);
        Assert.Equal("p3", (await store.GetAsync("p4", Stop))!.Id);
        Assert.Empty(await store.EraseAsync(id, Stop));
    }

    [Fact]
    public async Task History_MergedPerson_HasTheEvidenceOfAllThatMadeIt()
    {
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Ties.Add(("p3", TieOf(2, "user_id:c", "user_id:a")));
        changes.Ties.Add(("p2", TieOf(1, "user_id:b", "user_id:a")));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        await Open().CommitAsync(changes, Stop);
        var store = await ReopenAsync();
        var later = new IdentityChanges { Merges = { Merge(2, "p1", "p3") } };
        await store.CommitAsync(later, Stop);

        var history = (await store.HistoryAsync("p3", Stop))!;

        Assert.Equal(("p1", 2), (history.Person.Id, history.Person.Absorbed));
        Assert.Equal(["p1", "p2", "p3"], history.Founders.Select(f => f.Id));
        Assert.Equal([Key("user_id:a"), Key("user_id:b"), Key("user_id:c")], history.Founders.Select(f => f.First));
        Assert.Equal([TieOf(1, "user_id:b", "user_id:a"), TieOf(2, "user_id:c", "user_id:a")], history.Ties);
        Assert.Equal([1, 2], history.Merges.Select(m => m.Sequence));
        Assert.Equal(history.Ties.Select(t => TieHash.Of(TieKeys.Of(t))).Order(), history.Person.Ties.Order());
        Assert.Equal(new IdentitySequences(2, 2), await store.SequencesAsync(Stop));
        Assert.Null(await store.HistoryAsync("p4", Stop));
    }

    [Fact]
    public async Task Split_MergedPerson_IsReplacedByItsParts()
    {
        var store = Open();
        await MergeAsync(store);

        await store.SplitAsync(SplitOf(), Stop);
        store = await ReopenAsync();

        Assert.Equal("p1", (await store.FindAsync([Key("user_id:a")], Stop)).Single().Id);
        Assert.Equal("p2", (await store.FindAsync([Key("user_id:b")], Stop)).Single().Id);
        Assert.Equal(("p2", 100, 0), ((await store.GetAsync("p2", Stop))!.Id, (await store.GetAsync("p2", Stop))!.CreatedAt, (await store.GetAsync("p2", Stop))!.Absorbed));
        Assert.Equal("p1", (await store.GetAsync("p3", Stop))!.Id);
        Assert.Equal(["p3"], await store.AbsorbedAsync("p1", Stop));
        Assert.Equal([2], (await store.MergesOfAsync("p1", Stop)).Select(m => m.Sequence));
        Assert.Empty(await store.MergesOfAsync("p2", Stop));
        Assert.Equal(3, (await store.FindMergeAsync(1, Stop))!.UndoneBy);
        Assert.Equal([SplitOf().Split], await store.SplitsAfterAsync(2, Stop));
        Assert.Empty(await store.SplitsAfterAsync(3, Stop));
        Assert.Equal(SplitOf().Split, await store.FindSplitAsync(3, Stop));
        Assert.Null(await store.FindSplitAsync(4, Stop));
        Assert.Equal(SplitOf().Separations, await store.SeparationsAsync(Stop));
        Assert.Equal(3, (await store.SequencesAsync(Stop)).Merge);
        Assert.Equal([TieOf(2, "user_id:c", "user_id:a")], (await store.HistoryAsync("p1", Stop))!.Ties);
        var other = (await store.HistoryAsync("p2", Stop))!;
        Assert.Empty(other.Ties);
        Assert.Equal(["p2"], other.Founders.Select(f => f.Id));
        // It may be merged again.
        await store.CommitAsync(new IdentityChanges { Merges = { Merge(4, "p1", "p2") } }, Stop);
        Assert.Equal("p1", (await store.FindAsync([Key("user_id:b")], Stop)).Single().Id);
    }

    [Fact]
    public async Task Erase_PartOfASplit_LeavesNothingOfItInSplitMergesAndSeparations()
    {
        var store = Open();
        await MergeAsync(store);
        await store.SplitAsync(SplitOf(), Stop);

        await store.EraseAsync("p2", Stop);

        Assert.Empty(await store.SeparationsAsync(Stop));
        Assert.Null(await store.FindMergeAsync(1, Stop));
        var split = (await store.FindSplitAsync(3, Stop))!;
        Assert.Null(split.Identifier);
        Assert.Equal([2, 0], split.Parts.Select(p => p.Identifiers.Count));
        Assert.Null(await store.HistoryAsync("p2", Stop));
        Assert.Equal(2, (await store.HistoryAsync("p1", Stop))!.Founders.Count);
    }

    [Fact]
    public async Task Links_OfTheSameTwoAgain_TheFirstStays()
    {
        var store = Open();
        var changes = Changes(("p1", "anonymous_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Links.Add(LinkOf("anonymous_id:a", "user_id:c", 9));
        changes.Links.Add(LinkOf("anonymous_id:a", "user_id:b", 7));
        await store.CommitAsync(changes, Stop);
        await store.CommitAsync(new IdentityChanges { Links = { LinkOf("anonymous_id:a", "user_id:b", 8) } }, Stop);

        Assert.Equal([changes.Links[1], changes.Links[0]], await store.LinksOfAsync([Key("anonymous_id:a"), Key("user_id:b")], Stop));
        Assert.Equal([changes.Links[0]], await store.LinksOfAsync([Key("user_id:c")], Stop));
        Assert.Empty(await store.LinksOfAsync([Key("user_id:a"), Key("anonymous_id:b")], Stop));
        Assert.Empty(await store.LinksOfAsync([], Stop));
    }

    [Fact]
    public async Task Erase_PersonWithLinks_ForgetsThemFromEitherSide()
    {
        var store = Open();
        var changes = Changes(("p1", "anonymous_id:a"), ("p2", "user_id:b"), ("p3", "anonymous_id:c"), ("p4", "user_id:d"));
        changes.Links.Add(LinkOf("anonymous_id:a", "user_id:b", 1));
        changes.Links.Add(LinkOf("anonymous_id:c", "user_id:b", 2));
        changes.Links.Add(LinkOf("anonymous_id:c", "user_id:d", 3));
        await store.CommitAsync(changes, Stop);

        await store.EraseAsync("p2", Stop);
        Assert.Equal([changes.Links[2]], await store.LinksOfAsync([Key("anonymous_id:a"), Key("anonymous_id:c")], Stop));
        await store.EraseAsync("p3", Stop);
        Assert.Empty(await store.LinksOfAsync([Key("user_id:d")], Stop));
        await store.CommitAsync(new IdentityChanges { Links = { changes.Links[2] } }, Stop);
        Assert.Equal([changes.Links[2]], await (await ReopenAsync()).LinksOfAsync([Key("user_id:d")], Stop));
    }

    protected abstract IIdentityStore Open();

    protected abstract Task<IIdentityStore> ReopenAsync();

    private protected static IdentityChanges Changes(params (string Person, string Identifier)[] identifiers)
    {
        var changes = new IdentityChanges();
        foreach (var (person, identifier) in identifiers.DistinctBy(i => i.Person))
            changes.Created.Add(new Founder(person, 100, Key(identifier)));
        foreach (var (person, identifier) in identifiers)
            changes.Added.Add((person, new StoredIdentifier(Key(identifier), 5, "src_1", "m")));
        return changes;
    }

    private static async Task MergeAsync(IIdentityStore store)
    {
        var changes = Changes(("p1", "user_id:a"), ("p2", "user_id:b"), ("p3", "user_id:c"));
        changes.Ties.Add(("p2", TieOf(1, "user_id:b", "user_id:a")));
        changes.Ties.Add(("p3", TieOf(2, "user_id:c", "user_id:a")));
        changes.Merges.Add(Merge(1, "p1", "p2"));
        changes.Merges.Add(Merge(2, "p1", "p3"));
        await store.CommitAsync(changes, Stop);
    }

    private static SplitCommit SplitOf()
    {
        var split = new Split { Sequence = 3, PersonId = "p1", Merge = 1, Identifier = Key("user_id:b").ToMessage(), SplitAt = 9 };
        split.Parts.Add(new SplitPart { PersonId = "p1", CreatedAt = 100, Identifiers = { Key("user_id:a").ToMessage(), Key("user_id:c").ToMessage() }, AbsorbedIds = { "p3" } });
        split.Parts.Add(new SplitPart { PersonId = "p2", CreatedAt = 100, Identifiers = { Key("user_id:b").ToMessage() } });
        return new SplitCommit
        {
            Split = split,
            Ties = { ("p1", TieOf(2, "user_id:c", "user_id:a")) },
            Separations = { new Separation(Key("user_id:b"), Key("user_id:a"), OfAlias: true, Split: 3) },
            Undone = { 1 },
        };
    }

    private static Link LinkOf(string anonymous, string known, long timestamp) =>
        new() { Anonymous = Key(anonymous).ToMessage(), Known = Key(known).ToMessage(), MessageId = "m", Timestamp = timestamp };

    private static Tie TieOf(long sequence, params string[] identifiers)
    {
        var tie = new Tie { Sequence = sequence, SourceId = "src_1", MessageId = "m", Rule = "shared_identifier" };
        tie.Identifiers.AddRange(identifiers.Select(i => Key(i).ToMessage()));
        return tie;
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
