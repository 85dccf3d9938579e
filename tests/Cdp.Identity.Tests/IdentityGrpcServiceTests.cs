using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Explaining;
using Cdp.Identity.Resolving;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using Grpc.Core;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests;

public sealed class IdentityGrpcServiceTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly Resolver _resolver;
    private readonly IdentityGrpcService _service;

    public IdentityGrpcServiceTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = Resolver(_store);
        _service = new IdentityGrpcService(_resolver, new Explainer(_store, InForce()), _store, InForce(), Rehearsal(_store, InForce(), _directory.Path));
    }

    private static CallContext Context => new(TestContext.Current.CancellationToken);

    [Fact]
    public async Task GetPerson_AbsorbedId_GivesTheSurvivorWithItsHistory()
    {
        var old = await _resolver.ResolveOneAsync("anonymous_id:1");
        var young = await _resolver.ResolveOneAsync("email:a@x");
        await _resolver.ResolveOneAsync("anonymous_id:1", "email:a@x");

        var person = await _service.GetPerson(new GetPersonRequest { Id = young }, Context);

        Assert.Equal(old, person.Id);
        Assert.Equal([young], person.AbsorbedIds);
        Assert.Equal(["anonymous_id:1", "email:a@x"], person.Identifiers.Select(i => i.Identifier.Text()));
        Assert.Equal(young, Assert.Single((await _service.ListMerges(new ListMergesRequest { ProfileId = young }, Context)).Merges).AbsorbedId);
    }

    [Fact]
    public async Task Lookup_ValueInAnotherForm_FindsThePerson()
    {
        var id = await _resolver.ResolveOneAsync("email:a@x");

        Assert.Equal(id, (await _service.Lookup(Find("email", " A@X "), Context)).Id);
    }

    [Theory]
    [InlineData("email", "b@x"), InlineData("user_id", "null")]
    public async Task Lookup_NobodyHoldsIt_IsNotFoundAndKeepsTheValueToItself(string type, string value)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => _service.Lookup(Find(type, value), Context));

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.DoesNotContain("b@x", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_TooManyEvents_IsInvalid()
    {
        var request = new ResolveRequest { Events = { Enumerable.Repeat(new ResolveEvent(), 10_001) } };

        Assert.Equal("events", Failure.FieldErrors(await Assert.ThrowsAsync<RpcException>(() => _service.Resolve(request, Context)))[0].Field);
    }

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private static LookupRequest Find(string type, string value) => new() { Identifier = new Identifier { Type = type, Value = value } };
}
