using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Resolving;
using Cdp.Identity.Store;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using Grpc.Core;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Splitting;

/// <summary>Persons taken apart, from the resolver's side.</summary>
public sealed class SplitTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly Resolver _resolver;

    public SplitTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = Resolver(_store);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Split_PersonTooLargeForOneRecord_IsRefusedAndKept()
    {
        var changes = new IdentityChanges { Created = { new Founder("p1", 1, Key("user_id:a")) } };
        var all = Enumerable.Range(0, 9_000).Select(i => $"custom:{i}{new string('€', 505)}").Prepend("user_id:a").ToList();
        changes.Added.AddRange(all.Select(i => ("p1", new StoredIdentifier(Key(i), 1, "src_1", "m"))));
        await _store.CommitAsync(changes, Stop);

        var failure = await Assert.ThrowsAsync<RpcException>(() => _resolver.SplitAsync(new SplitPersonRequest { Identifier = Key("user_id:a").ToMessage() }, Stop));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal(all.Count, (await _store.GetAsync("p1", Stop))!.Identifiers.Count);
    }

    [Fact]
    public async Task Split_Merge_BringsBothPersonsBack()
    {
        var old = await _resolver.ResolveOneAsync("anonymous_id:phone");
        var young = await _resolver.ResolveOneAsync("anonymous_id:laptop");
        await _resolver.ResolveOneAsync("user_id:ann", "anonymous_id:phone");
        var merged = await _resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:laptop"), Of("anonymous_id:laptop", "email:a@x"));

        var split = await UndoAsync(merged.Merges[0].Sequence);

        Assert.Equal((2, old, 1), (split.Sequence, split.PersonId, split.Merge));
        Assert.Equal([(old, "anonymous_id:phone user_id:ann"), (young, "anonymous_id:laptop email:a@x")], split.Parts.Select(p => (p.PersonId, Text(p))));
        Assert.All(split.Parts, p => Assert.Empty(p.AbsorbedIds));
        Assert.Equal(old, await _resolver.ResolveOneAsync("user_id:ann"));
        Assert.Equal(young, await _resolver.ResolveOneAsync("email:a@x"));
        Assert.Empty(await _store.MergesOfAsync(old, Stop));
    }

    [Fact]
    public async Task Resolve_SameEvidenceAfterASplit_GoesToTheHigherIdentifierAndMergesNothing()
    {
        await MergeAsync();
        await UndoAsync(1);

        var again = await _resolver.ResolveAsync(2, Of("user_id:ann", "anonymous_id:laptop"), Of("anonymous_id:laptop", "user_id:ann", "email:a@x"));

        Assert.Empty(again.Merges);
        Assert.Equal(["user_id:ann"], again.Resolutions[0].Identifiers.Select(i => i.Text()));
        Assert.Equal(["user_id:ann", "email:a@x"], again.Resolutions[1].Identifiers.Select(i => i.Text()));
    }

    [Fact]
    public async Task Resolve_NewEvidenceAfterASplit_MergesAgain()
    {
        var (old, _) = await MergeAsync();
        await UndoAsync(1);

        await _resolver.ResolveOneAsync("user_id:ann", "email:a@x");
        var again = await _resolver.ResolveAsync(2, Of("anonymous_id:laptop", "email:a@x"));

        Assert.Equal(old, again.Resolutions[0].ProfileId);
        Assert.Equal("email:a@x", Assert.Single(again.Merges).Peer.Text());
    }

    [Fact]
    public async Task Resolve_AliasAfterASplit_MergesOnceAndNotAgainAfterASecondSplit()
    {
        await MergeAsync();
        await UndoAsync(1);

        var alias = await _resolver.ResolveAsync(2, Alias("user_id:ann", "anonymous_id:laptop"));
        Assert.Equal("alias", Assert.Single(alias.Merges).Rule);
        await UndoAsync(alias.Merges[0].Sequence);

        Assert.Empty((await _resolver.ResolveAsync(4, Alias("user_id:ann", "anonymous_id:laptop"))).Merges);
    }

    [Fact]
    public async Task Split_Identifier_IsAPersonByItselfAndTheRestStaysWhereOtherEventsTieIt()
    {
        await _resolver.ResolveOneAsync("email:family@x", "anonymous_id:1");
        await _resolver.ResolveOneAsync("email:family@x", "anonymous_id:2", "phone:5");
        await _resolver.ResolveOneAsync("anonymous_id:2", "phone:5");

        var split = await TakeOutAsync("email:family@x");

        Assert.Equal(["anonymous_id:1", "anonymous_id:2 phone:5", "email:family@x"], split.Parts.Select(Text).Order());
        Assert.Equal("email:family@x", Text(split.Parts[0]));
        Assert.Equal(3, split.Parts.Select(p => p.PersonId).Distinct().Count());
    }

    [Fact]
    public async Task Split_OfAPersonMadeOfMany_KeepsTheMergesThatStillHold()
    {
        var a = await _resolver.ResolveOneAsync("anonymous_id:1");
        var b = await _resolver.ResolveOneAsync("anonymous_id:2");
        var c = await _resolver.ResolveOneAsync("anonymous_id:3");
        // c goes into a, then b by way of c: without the first, c goes into b.
        await _resolver.ResolveAsync(0, Of("anonymous_id:1", "anonymous_id:3"), Of("anonymous_id:2", "anonymous_id:3"));

        var split = await UndoAsync(1);

        Assert.Equal([(a, ""), (b, c)], split.Parts.Select(p => (p.PersonId, string.Join(' ', p.AbsorbedIds))));
        var merge = Assert.Single(await _store.MergesOfAsync(b, Stop));
        Assert.Equal((4, b, c, "anonymous_id:2+anonymous_id:3"), (merge.Sequence, merge.SurvivorId, merge.AbsorbedId, merge.MessageId));
        Assert.Equal((3, 3), ((await _store.FindMergeAsync(1, Stop))!.UndoneBy, (await _store.FindMergeAsync(2, Stop))!.UndoneBy));
    }

    [Fact]
    public async Task Split_UndoneBefore_IsRefusedAndChangesNothing()
    {
        await MergeAsync();
        await UndoAsync(1);

        var failure = await Assert.ThrowsAsync<RpcException>(() => UndoAsync(1));

        Assert.Equal((StatusCode.FailedPrecondition, "merge: 1 was undone already, by split 2"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal(2, (await _store.SequencesAsync(Stop)).Merge);
    }

    [Theory]
    [InlineData("user_id:nobody", StatusCode.NotFound)]
    [InlineData("anonymous_id:alone", StatusCode.FailedPrecondition)]
    public async Task Split_IdentifierThatTiesNothing_IsRefused(string identifier, StatusCode expected)
    {
        await _resolver.ResolveOneAsync("anonymous_id:alone");

        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(() => TakeOutAsync(identifier))).StatusCode);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => UndoAsync(7))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => _resolver.SplitAsync(new SplitPersonRequest(), Stop))).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<(string Old, string Young)> MergeAsync()
    {
        var old = await _resolver.ResolveOneAsync("user_id:ann");
        var young = await _resolver.ResolveOneAsync("anonymous_id:laptop");
        await _resolver.ResolveOneAsync("user_id:ann", "anonymous_id:laptop");
        return (old, young);
    }

    private Task<Split> UndoAsync(long merge) => _resolver.SplitAsync(new SplitPersonRequest { Merge = merge }, Stop);

    private Task<Split> TakeOutAsync(string identifier) => _resolver.SplitAsync(new SplitPersonRequest { Identifier = Key(identifier).ToMessage() }, Stop);

    private static string Text(SplitPart part) => string.Join(' ', part.Identifiers.Select(i => i.Text()));
}
