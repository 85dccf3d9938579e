using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Explaining;
using Cdp.Identity.Linking;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Rules.Documents;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Resolving;

/// <summary>Strategies that do not merge persons. A login is a user_id.</summary>
public sealed class StrategyTests : IAsyncDisposable
{
    private static readonly Gen<string[]> Identifiers = Gen.Select(Gen.OneOfConst("user_id", "email", "anonymous_id", "phone"), Gen.Int[1, 5], (t, v) => $"{t}:{v}").Array[1, 4];

    private readonly TempDirectory _directory = new();
    private readonly EmbeddedIdentityStore _store;
    private readonly RulesInForce _rules = InForce();
    private readonly TimeProvider _clock = Clock();
    private Resolver _resolver;

    public StrategyTests()
    {
        _store = new EmbeddedIdentityStore(_directory.Path);
        _resolver = NewResolver();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_LoginBesideAnAnonymousPerson_HasItsOwnProfileAndIsLinkedOnce()
    {
        await UseAsync("link");
        var anonymous = await _resolver.ResolveOneAsync("anonymous_id:1");
        var login = await _resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:1", "email:ann@x"));
        await _resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:1"));
        Restart();
        var again = await _resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:1", "email:ann@x"));

        var ann = login.Resolutions[0].ProfileId;
        Assert.NotEqual(anonymous, ann);
        Assert.Equal(ann, again.Resolutions[0].ProfileId);
        Assert.Equal(["user_id:ann", "email:ann@x"], login.Resolutions[0].Identifiers.Select(i => i.Text()));
        Assert.Equal(anonymous, await _resolver.ResolveOneAsync("anonymous_id:1"));
        Assert.Empty(again.Merges);
        var link = Assert.Single(await LinksOfAsync(ann));
        Assert.Equal((anonymous, ann, "user_id:ann+anonymous_id:1+email:ann@x"), (link.AnonymousId, link.KnownId, link.Link.MessageId));
        Assert.Equal(link, Assert.Single(await LinksOfAsync(anonymous)));
    }

    [Fact]
    public async Task Link_SecondLoginOnADevice_IsLinkedToTheAnonymousPersonNotToTheFirst()
    {
        await UseAsync("link");
        var anonymous = await _resolver.ResolveOneAsync("anonymous_id:1");
        var ann = await _resolver.ResolveOneAsync("user_id:ann", "anonymous_id:1", "phone:7");
        var bob = await _resolver.ResolveOneAsync("user_id:bob", "anonymous_id:1", "phone:7");

        Assert.Equal(3, new[] { anonymous, ann, bob }.Distinct().Count());
        Assert.Equal([ann, bob], (await LinksOfAsync(anonymous)).Select(l => l.KnownId));
        Assert.Equal(anonymous, Assert.Single(await LinksOfAsync(bob)).AnonymousId);
        Assert.Equal(ann, await _resolver.ResolveOneAsync("phone:7"));
    }

    [Fact]
    public async Task Link_Explained_NamesTheEvent()
    {
        await UseAsync("link");
        await _resolver.ResolveAsync(0, Of("anonymous_id:1"), Of("user_id:ann", "anonymous_id:1"));

        var explanation = await new Explainer(_store, _rules).ExplainAsync(new ExplainRequest { A = Key("user_id:ann").ToMessage(), B = Key("anonymous_id:1").ToMessage() }, Stop);

        Assert.False(explanation.Connected);
        Assert.Equal("user_id:ann+anonymous_id:1", explanation.Link.MessageId);
        Assert.Contains("linked", explanation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link"), InlineData("isolate"), InlineData("best_match")]
    public async Task Alias_UnderEveryStrategy_Merges(string strategy)
    {
        await UseAsync(strategy);
        var anonymous = await _resolver.ResolveOneAsync("anonymous_id:1");
        await _resolver.ResolveAsync(0, Of("user_id:ann"), Of("user_id:ann", "anonymous_id:1"));

        var merge = Assert.Single((await _resolver.ResolveAsync(0, Alias("user_id:ann", "anonymous_id:1"))).Merges);

        Assert.Equal(anonymous, merge.SurvivorId);
        Assert.Empty(await LinksOfAsync(anonymous));
    }

    [Fact]
    public async Task Isolate_LoginEvent_IsTheLoginsAloneAndLinksNothing()
    {
        await UseAsync("isolate");
        var anonymous = await _resolver.ResolveOneAsync("anonymous_id:1");
        var login = await _resolver.ResolveAsync(0, Of("user_id:ann", "anonymous_id:1", "anonymous_id:2"));

        Assert.Equal(["user_id:ann"], login.Resolutions[0].Identifiers.Select(i => i.Text()));
        Assert.Empty(await LinksOfAsync(anonymous));
        Assert.NotEqual(login.Resolutions[0].ProfileId, await _resolver.ResolveOneAsync("anonymous_id:2"));
    }

    [Fact]
    public async Task BestMatch_SeveralPersons_IsTheOneOfHighestPriorityAndGivesItWhatIsNew()
    {
        await UseAsync("best_match");
        var device = await _resolver.ResolveOneAsync("anonymous_id:1");
        var ann = await _resolver.ResolveOneAsync("email:ann@x");

        var both = await _resolver.ResolveAsync(0, Of("email:ann@x", "anonymous_id:1", "phone:7"));

        Assert.Equal(ann, both.Resolutions[0].ProfileId);
        Assert.Equal(ann, await _resolver.ResolveOneAsync("phone:7"));
        Assert.Equal(device, await _resolver.ResolveOneAsync("anonymous_id:1"));
        Assert.Empty(both.Merges);
    }

    [Theory]
    [InlineData("link"), InlineData("isolate"), InlineData("best_match")]
    public Task AnyEvents_UnderEveryStrategy_ResolveAsTheModelSays(string strategy) => Identifiers.List[1, 12].List[1, 5].SampleAsync(
        async batches =>
        {
            await using var run = new StrategyTests();
            await run.UseAsync(strategy);
            var model = new Model(strategy);
            foreach (var batch in batches)
            {
                var events = batch.Select(e => e.Distinct().ToArray()).ToList();
                var expected = events.Select(model.Resolve).ToList();
                var answer = await run._resolver.ResolveAsync(0, [.. events.Select(e => Of(e))]);

                Assert.Empty(answer.Merges);
                Assert.Equal(Numbers(expected), Numbers(answer.Resolutions.Select(r => r.ProfileId)));
                run.Restart();
            }
            foreach (var (identifier, person) in model.Holders)
                Assert.Equal(person, model.Names[(await run._store.FindAsync([Key(identifier)], Stop)).Single().Id]);

            // The n-th person seen is the n-th person of the model, from the first batch to the last.
            IEnumerable<int> Numbers<T>(IEnumerable<T> persons) => persons.Select(p => p is string id ? model.Name(id) : Convert.ToInt32(p, System.Globalization.CultureInfo.InvariantCulture));
        },
        iter: 40, threads: 1);

    public async ValueTask DisposeAsync()
    {
        _resolver.Dispose();
        _rules.Dispose();
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task UseAsync(string strategy)
    {
        var document = RulesDocument.Read($$"""
            {"strategy":"{{strategy}}","identifiers":[{"type":"user_id","unique":true},{"type":"anonymous_id","priority":3,"limit":1000},{"type":"phone","priority":4,"normalise":["trim"],"limit":1000},{"type":"email","normalise":["trim"],"limit":1000}]}
            """, null).Rules;
        await _rules.ReplaceAsync(document, null, Stop);
    }

    private async Task<IReadOnlyList<PersonLink>> LinksOfAsync(string id) => await new PersonLinks(_store).OfAsync((await _store.GetAsync(id, Stop))!, Stop);

    private void Restart()
    {
        _resolver.Dispose();
        _resolver = NewResolver();
    }

    private Resolver NewResolver() => new(_store, _rules, Options.Create(new IdentityOptions()), _clock, NullLogger<Resolver>.Instance);

    /// <summary>The strategies in the words of the documentation, with one unique type of limit 1.</summary>
    private sealed class Model(string strategy)
    {
        private static readonly string[] Priority = ["user_id", "email", "anonymous_id", "phone"];
        private int _persons;

        public Dictionary<string, int> Holders { get; } = [];

        public Dictionary<string, int> Names { get; } = [];

        public int Name(string id) => Names.TryGetValue(id, out var name) ? name : Names[id] = Names.Count + 1;

        public int Resolve(string[] identifiers)
        {
            var keys = identifiers.OrderBy(i => Array.IndexOf(Priority, Type(i))).ToList();
            // The rule's limit leaves a second login of one event out, unless it decides.
            var logins = strategy == "best_match" ? [] : keys.Where(i => Type(i) == "user_id").ToList();
            var person = (logins.Count > 0 ? logins : keys).Select(i => Holders.GetValueOrDefault(i)).FirstOrDefault(p => p > 0);
            keys.RemoveAll(i => Holders.TryGetValue(i, out var holder) ? holder != person : strategy == "isolate" && logins.Count > 0 && Type(i) != "user_id");
            while (keys.Count > 1 && TooManyLogins(keys, person))
            {
                keys.RemoveAt(keys.Count - 1);
                person = keys.Select(i => Holders.GetValueOrDefault(i)).FirstOrDefault(p => p > 0);
            }
            if (person == 0)
                person = ++_persons;
            foreach (var key in keys)
                Holders[key] = person;
            return person;
        }

        private bool TooManyLogins(List<string> keys, int person)
        {
            var held = Holders.Count(h => h.Value == person && person > 0 && Type(h.Key) == "user_id");
            var added = keys.Count(i => Type(i) == "user_id" && !Holders.ContainsKey(i));
            return added > 0 && held + added > 1;
        }

        private static string Type(string identifier) => identifier[..identifier.IndexOf(':', StringComparison.Ordinal)];
    }
}
