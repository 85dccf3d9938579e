using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Rules;

public sealed class IdentityRulesGrpcServiceTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _persons;
    private readonly EmbeddedRuleStore _store;
    private readonly RulesInForce _inForce;
    private readonly Resolver _resolver;
    private readonly IdentityRulesGrpcService _service;

    public IdentityRulesGrpcServiceTests()
    {
        _persons = new EmbeddedIdentityStore(_directory.Path);
        _store = new EmbeddedRuleStore(_persons);
        _inForce = InForce(store: _store);
        _resolver = new Resolver(_persons, _inForce, Options.Create(new IdentityOptions()), TimeProvider.System, NullLogger<Resolver>.Instance);
        _service = new IdentityRulesGrpcService(_inForce, _store, _resolver, Rehearsal(_persons, _inForce, _directory.Path));
    }

    private static CallContext Context => new(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Put_Rules_DecideTheEventsAfterThem()
    {
        var before = await _resolver.ResolveOneAsync("card:a-1");
        await PutAsync("""{"identifiers":[{"type":"card","normalise":["trim","uppercase"]}]}""");

        var after = await _resolver.ResolveOneAsync("card:a-1");

        Assert.NotEqual(before, after);
        Assert.Equal(after, await _resolver.ResolveOneAsync("card: A-1 "));
    }

    [Fact]
    public async Task Resolve_IdentifiersFoundByOtherRules_IsRefusedAndKeepsNothing()
    {
        await PutAsync("""{"default":{"limit":7}}""");
        var request = new ResolveRequest { RulesVersion = 1, Events = { Of("user_id:ann") } };

        var failure = await Assert.ThrowsAsync<RpcException>(() => _resolver.ResolveAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Empty(await _persons.FindAsync([Key("user_id:ann")], TestContext.Current.CancellationToken));
        request.RulesVersion = 2;
        Assert.Single((await _resolver.ResolveAsync(request, TestContext.Current.CancellationToken)).Resolutions);
    }

    [Fact]
    public async Task Put_WrongRules_ChangesNothing()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => PutAsync("""{"strategy":"guess","default":{"limit":0}}"""));

        Assert.Equal(["strategy", "default.limit"], Failure.FieldErrors(failure).Select(e => e.Field));
        Assert.Equal(1, (await _service.GetRules(new GetRulesRequest(), Context)).Version);
        Assert.Null(await _store.LatestAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Versions_BeforeAnyChange_AreTheSettings()
    {
        Assert.Equal([1], (await ListAsync(10, "")).Versions.Select(v => v.Version));
        Assert.Equal(1, (await _service.GetRuleVersion(new GetRuleVersionRequest { Version = 1 }, Context)).Version);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => _service.GetRuleVersion(new GetRuleVersionRequest { Version = 2 }, Context))).StatusCode);
    }

    [Fact]
    public async Task Versions_AfterChanges_AreAllThereNewestFirst()
    {
        foreach (var limit in new[] { 7, 8, 5 })
            await PutAsync($$$"""{"default":{"limit":{{{limit}}}}}""");

        var first = await ListAsync(3, "");
        var rest = await ListAsync(3, first.NextCursor);

        Assert.Equal([4, 3, 2, 1], first.Versions.Concat(rest.Versions).Select(v => v.Version));
        Assert.Equal("", rest.NextCursor);
        Assert.Equal(8, (await _service.GetRuleVersion(new GetRuleVersionRequest { Version = 3 }, Context)).DefaultLimit);
        Assert.Equal("cursor", Failure.FieldErrors(await Assert.ThrowsAsync<RpcException>(() => ListAsync(3, "x")))[0].Field);
    }

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        _inForce.Dispose();
        await _persons.DisposeAsync();
        _directory.Dispose();
    }

    private Task<IdentityRules> PutAsync(string json) => _service.PutRules(new PutRulesRequest { Rules = json }, Context);

    private Task<ListRuleVersionsResponse> ListAsync(int limit, string cursor) =>
        _service.ListRuleVersions(new ListRuleVersionsRequest { Limit = limit, Cursor = cursor }, Context);
}
