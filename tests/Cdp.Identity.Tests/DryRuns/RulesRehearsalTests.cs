using Cdp.Contracts.Identity.V1;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using CsCheck;
using Grpc.Core;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.DryRuns;

public sealed class RulesRehearsalTests : IAsyncDisposable
{
    private const string Unlimited = """{"identifiers":[{"type":"user_id","limit":1000},{"type":"email","normalise":["trim"],"limit":1000}],"default":{"limit":1000}}""";

    private static readonly Gen<string[]> Identifiers = Gen.Select(Gen.OneOfConst("user_id", "email", "anonymous_id"), Gen.Int[1, 6], (t, v) => $"{t}:{v}").Array[1, 3];

    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly RulesInForce _rules = InForce();
    private readonly Resolver _resolver;
    private readonly RulesRehearsal _rehearsal;

    public RulesRehearsalTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = Resolver(_store);
        _rehearsal = Rehearsal(_store, _rules, _directory.Path);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string[] Left => Directory.GetDirectories(_directory.Path, "dry-run-*");

    [Fact]
    public async Task Run_RulesThatBlockAValue_TellsWhomTheySplit()
    {
        string[][] events = [["user_id:ann", "email:test@test.com"], ["anonymous_id:1", "email:test@test.com"], ["anonymous_id:1"], ["email:test@test.com"], ["user_id:eve"]];
        var ann = await ResolveAsync(events);

        var found = await RunAsync("""{"blocked_values":["test@test.com"]}""", events);

        Assert.Equal((5, 2, 3, 0, 1, 1, 0), (found.Events, found.PersonsToday, found.PersonsAfter, found.Merging, found.Splitting, found.EventsLost, found.EventsGained));
        var split = Assert.Single(found.Splits);
        Assert.Equal((ann[0], 2), (split.PersonId, split.PartsTotal));
        Assert.Equal([(2, "anonymous_id:1"), (1, "user_id:ann")], split.Parts.Select(p => (p.Events, string.Join(' ', p.Identifiers.Select(i => i.Text()).Order(StringComparer.Ordinal)))));
        Assert.Empty(Left);
    }

    [Fact]
    public async Task Run_RulesThatFindMore_TellWhomTheyMergeAndWhy()
    {
        string[][] today = [["user_id:ann"], ["user_id:bob"], [], ["user_id:eve"]];
        string[][] after = [["user_id:ann", "card:1"], ["user_id:bob", "card:1"], ["card:2"], ["user_id:eve"]];
        var persons = await ResolveAsync(today);

        var found = await RunAsync("""{"identifiers":[{"type":"user_id","limit":9}]}""", today, after);

        Assert.Equal((3, 3, 2, 0, 0, 1), (found.PersonsToday, found.PersonsAfter, found.Merging, found.Splitting, found.EventsLost, found.EventsGained));
        var merge = Assert.Single(found.Merges);
        Assert.Equal(persons[..2].Order(StringComparer.Ordinal), merge.PersonIds.Order(StringComparer.Ordinal));
        Assert.Equal(["card:1", "card:1"], merge.Chain.SelectMany(c => new[] { c.From, c.To }).Where(i => i.Type == "card").Select(i => i.Text()));
        Assert.Equal(2, merge.Chain.Count);
    }

    [Fact]
    public Task Run_RulesInForce_MergeAndSplitNobody() => Identifiers.List[1, 30].SampleAsync(
        async events =>
        {
            await using var run = new RulesRehearsalTests();
            await run._rules.ReplaceAsync(RulesOf(Unlimited), null, Stop);
            using var resolver = new Resolver(run._store, run._rules, Microsoft.Extensions.Options.Options.Create(new IdentityOptions()), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Resolver>.Instance);
            await resolver.ResolveAsync(0, [.. events.Select(e => Of(e))]);

            var found = await run.RunAsync(Unlimited, [.. events]);

            Assert.Equal((0, 0, 0, 0), (found.Merging, found.Splitting, found.EventsLost, found.EventsGained));
            Assert.Equal(found.PersonsToday, found.PersonsAfter);
            Assert.Equal(events.Count, found.Events);
        },
        iter: 20, threads: 1);

    [Fact]
    public async Task Run_WhileAnotherRuns_IsRefusedAndAnErasureEndsIt()
    {
        string[][] events = [["user_id:ann"]];
        await ResolveAsync(events);
        var open = new RequestStream<RehearseRulesRequest>([.. Requests("{}", events, events)], isOpen: true);
        var first = _rehearsal.RunAsync(open, Stop);
        await open.AllRead.Task;
        Assert.Single(Left);

        var refused = await Assert.ThrowsAsync<RpcException>(() => RunAsync("{}", events));
        await _rehearsal.StopAsync(Stop);
        var ended = await Assert.ThrowsAsync<RpcException>(() => first);

        Assert.Equal((StatusCode.FailedPrecondition, StatusCode.Aborted), (refused.StatusCode, ended.StatusCode));
        Assert.Empty(Left);
        Assert.Equal(1, (await RunAsync("{}", events)).Events);
    }

    [Fact]
    public async Task Stop_AfterACrash_DeletesWhatWasLeft()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "dry-run-1", "x"));

        await _rehearsal.StopAsync(Stop);

        Assert.Empty(Left);
    }

    [Fact]
    public async Task Run_WrongRules_NamesTheFieldsAndLeavesNothing()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => RunAsync("""{"strategy":"guess"}"""));
        var without = await Assert.ThrowsAsync<RpcException>(() => _rehearsal.RunAsync(new RequestStream<RehearseRulesRequest>([]), Stop));

        Assert.Equal((StatusCode.InvalidArgument, StatusCode.InvalidArgument), (failure.StatusCode, without.StatusCode));
        Assert.Empty(Left);
    }

    public async ValueTask DisposeAsync()
    {
        _rehearsal.Dispose();
        _resolver.Dispose();
        _rules.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private static IdentityRules RulesOf(string document) => Identity.Rules.Documents.RulesDocument.Read(document, null).Rules;

    private async Task<string[]> ResolveAsync(string[][] events) =>
        [.. (await _resolver.ResolveAsync(0, [.. events.Select(e => Of(e))])).Resolutions.Select(r => r.ProfileId)];

    private Task<Rehearsal> RunAsync(string rules, params string[][] events) => RunAsync(rules, events, events);

    private Task<Rehearsal> RunAsync(string rules, string[][] today, string[][] after) =>
        _rehearsal.RunAsync(new RequestStream<RehearseRulesRequest>([.. Requests(rules, today, after)]), Stop);

    private static IEnumerable<RehearseRulesRequest> Requests(string rules, string[][] today, string[][] after)
    {
        yield return new RehearseRulesRequest { Rules = rules };
        foreach (var chunk in today.Zip(after).Chunk(4))
        {
            yield return new RehearseRulesRequest
            {
                Events = new RehearsedEvents { Events = { chunk.Select(e => new RehearsedEvent { Event = Of(e.Second), Today = { Of(e.First).Identifiers } }) } },
            };
        }
    }
}
