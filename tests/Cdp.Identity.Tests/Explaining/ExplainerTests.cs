using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Explaining;
using Cdp.Identity.Resolving;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using Grpc.Core;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Explaining;

public sealed class ExplainerTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly Resolver _resolver;

    public ExplainerTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = Resolver(_store);
    }

    [Fact]
    public async Task Explain_OverSeveralEvents_GivesTheShortestChain()
    {
        var id = await _resolver.ResolveOneAsync("anonymous_id:1", "email:a@x");
        await _resolver.ResolveOneAsync("email:a@x", "user_id:ann");
        await _resolver.ResolveOneAsync("user_id:ann", "phone:5");
        await _resolver.ResolveOneAsync("phone:5", "email:a@x");

        var explanation = await ExplainAsync("anonymous_id:1", "phone:5");

        Assert.Equal((true, id, id, ""), (explanation.Connected, explanation.APersonId, explanation.BPersonId, explanation.Reason));
        Assert.Equal(
            [("anonymous_id:1", "email:a@x", "anonymous_id:1+email:a@x"), ("email:a@x", "phone:5", "phone:5+email:a@x")],
            explanation.Chain.Select(c => (c.From.Text(), c.To.Text(), c.Tie.MessageId)));
    }

    [Fact]
    public async Task Explain_SameIdentifier_IsConnectedWithoutAChain()
    {
        await _resolver.ResolveOneAsync("anonymous_id:1");

        var explanation = await ExplainAsync("anonymous_id:1", "anonymous_id:1");

        Assert.True(explanation.Connected);
        Assert.Empty(explanation.Chain);
    }

    [Fact]
    public async Task Explain_TwoPersons_SaysThatNothingTiesThem()
    {
        var a = await _resolver.ResolveOneAsync("anonymous_id:1");
        var b = await _resolver.ResolveOneAsync("anonymous_id:2");

        var explanation = await ExplainAsync("anonymous_id:1", "anonymous_id:2");

        Assert.Equal((false, a, b, 0), (explanation.Connected, explanation.APersonId, explanation.BPersonId, explanation.Split));
        Assert.Equal("No event ties them: they are two persons.", explanation.Reason);
    }

    [Fact]
    public async Task Explain_TakenApart_NamesTheSplit()
    {
        await _resolver.ResolveOneAsync("anonymous_id:1", "email:a@x");
        await _resolver.ResolveOneAsync("anonymous_id:2", "email:a@x");
        await _resolver.SplitAsync(new SplitPersonRequest { Identifier = Key("anonymous_id:2").ToMessage() }, TestContext.Current.CancellationToken);

        var explanation = await ExplainAsync("anonymous_id:1", "anonymous_id:2");

        Assert.Equal((false, 1), (explanation.Connected, explanation.Split));
        Assert.StartsWith("They were taken apart by split 1", explanation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_HeldByNobody_SaysWhich()
    {
        await _resolver.ResolveOneAsync("anonymous_id:1");

        var explanation = await ExplainAsync("anonymous_id:1", "user_id:none");

        Assert.False(explanation.Connected);
        Assert.StartsWith("b is held by nobody", explanation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user_id:null"), InlineData("group_id:acme")]
    public async Task Explain_NoIdentifier_NamesTheField(string identifier)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => ExplainAsync("anonymous_id:1", identifier));

        Assert.StartsWith("b: ", failure.Status.Detail, StringComparison.Ordinal);
        Assert.StartsWith("a: ", (await Assert.ThrowsAsync<RpcException>(() => ExplainAsync(null, "user_id:ann"))).Status.Detail, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private Task<Explanation> ExplainAsync(string? a, string b) =>
        new Explainer(_store, InForce()).ExplainAsync(
            new ExplainRequest { A = a is null ? null : Message(a), B = Message(b) }, TestContext.Current.CancellationToken);

    private static Identifier Message(string identifier) => Key(identifier).ToMessage();
}
