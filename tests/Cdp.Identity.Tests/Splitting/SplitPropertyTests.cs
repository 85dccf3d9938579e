using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Explaining;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Tests.Fakes;
using Cdp.Identity.Ties;
using Cdp.Storage.Embedded.Identity;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Splitting;

/// <summary>Whatever came before and whatever is undone.</summary>
public sealed class SplitPropertyTests
{
    private static readonly string[] Types = ["user_id", "email", "anonymous_id"];

    private static readonly IdentityOptions Unlimited = new() { Identifiers = Types.ToDictionary(t => t, _ => new IdentifierTypeOptions { Limit = 1_000_000 }) };

    private static readonly Gen<string> Identifier = Gen.Select(Gen.OneOfConst(Types), Gen.Int[1, 4], (type, value) => $"{type}:{value}");

    // Events, and after each maybe a split: of a merge or of an identifier, whichever the number hits.
    private static readonly Gen<List<(string[] Identifiers, int Split)>> Histories = Gen.Select(Identifier.Array[1, 4], Gen.Int[0, 60]).List[4, 25];

    [Fact]
    public Task Split_OfAnyPerson_LeavesWhatTheEventsMakeWithoutTheEvidenceThatWasCut() => Gen.Select(Identifier.Array[1, 4].List[2, 20], Gen.Int[1, 20].Array[30]).SampleAsync(
        async (events, numbers) =>
        {
            using var directory = new TempDirectory();
            await using var store = new EmbeddedIdentityStore(directory.Path);
            using var resolver = Resolver(store, Unlimited);
            await resolver.ResolveAsync(0, [.. events.Select(e => Of(e))]);
            foreach (var number in numbers)
            {
                if (await TrySplitAsync(resolver, store, number))
                    break;
            }
            await CheckAsync(store, resolver, events);
        },
        iter: 40, threads: 1);

    [Fact]
    public Task Split_AgainAndAgainAmongEvents_LeavesPersonsThatTheirTiesExplain() => Histories.SampleAsync(
        async history =>
        {
            using var directory = new TempDirectory();
            await using var store = new EmbeddedIdentityStore(directory.Path);
            using var resolver = Resolver(store, Unlimited);
            foreach (var (identifiers, number) in history)
            {
                await resolver.ResolveOneAsync(identifiers);
                await TrySplitAsync(resolver, store, number);
            }
            await CheckPersonsAsync(store);
        },
        iter: 40, threads: 1);

    [Fact]
    public Task Split_RetriedAfterTheStoreFailed_EndsAsWithoutFailure() => Gen.Select(Identifier.Array[2, 4].List[2, 8], Gen.Int[1, 8], Gen.Bool).SampleAsync(
        async (events, failsAt, doesItsWork) =>
        {
            using var directory = new TempDirectory();
            await using var store = new EmbeddedIdentityStore(directory.Path);
            var failing = new FailingStore(store);
            using var resolver = Resolver(failing, Unlimited);
            foreach (var identifiers in events)
                await resolver.ResolveOneAsync(identifiers);
            failing.FailsNext(failsAt, doesItsWork);
            var request = new SplitPersonRequest { Identifier = Key(events[0][0]).ToMessage() };
            try
            {
                await resolver.SplitAsync(request, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                try
                {
                    await resolver.SplitAsync(request, TestContext.Current.CancellationToken);
                }
                catch (Grpc.Core.RpcException exception) when (exception.StatusCode == Grpc.Core.StatusCode.FailedPrecondition)
                {
                    // The first attempt was carried out, its answer was lost.
                }
            }
            catch (Grpc.Core.RpcException exception) when (exception.StatusCode == Grpc.Core.StatusCode.FailedPrecondition)
            {
                // The identifier was alone from the start.
            }
            failing.FailsAt = 0;
            await CheckAsync(store, resolver, events);
        },
        iter: 30, threads: 1);

    private static async Task<bool> TrySplitAsync(Resolver resolver, EmbeddedIdentityStore store, int number)
    {
        var stop = TestContext.Current.CancellationToken;
        if (number is > 0 and <= 8 && await store.FindMergeAsync(number, stop) is { UndoneBy: 0 })
        {
            await resolver.SplitAsync(new SplitPersonRequest { Merge = number }, stop);
            return true;
        }
        if (number is <= 8 or > 20)
            return false;
        var key = Key($"{Types[number % 3]}:{(number / 3) % 4 + 1}");
        if ((await store.FindAsync([key], stop)).FirstOrDefault() is not { Identifiers.Count: > 1 })
            return false;
        await resolver.SplitAsync(new SplitPersonRequest { Identifier = key.ToMessage() }, stop);
        return true;
    }

    private static async Task CheckAsync(EmbeddedIdentityStore store, Resolver resolver, List<string[]> events)
    {
        var stop = TestContext.Current.CancellationToken;
        var persons = await CheckPersonsAsync(store);
        Assert.Equal(Model(events, await store.SeparationsAsync(stop)), Text(persons.Select(p => p.Identifiers.Select(i => i.Key))));
        // The same events change nothing.
        var before = await store.SequencesAsync(stop);
        var again = await resolver.ResolveAsync(before.Merge, [.. events.Select(e => Of(e))]);
        Assert.Equal(before, await store.SequencesAsync(stop));
        Assert.DoesNotContain(again.Resolutions, r => persons.All(p => p.Id != r.ProfileId));
    }

    // Every two identifiers of a person are tied by events, nobody holds two that are separated and come on one tie, and its merges are those of its ids.
    private static async Task<IReadOnlyList<StoredPerson>> CheckPersonsAsync(EmbeddedIdentityStore store)
    {
        var stop = TestContext.Current.CancellationToken;
        var persons = await store.FindAsync([.. Types.SelectMany(t => Enumerable.Range(1, 4).Select(v => Key($"{t}:{v}")))], stop);
        var separations = new Separations(await store.SeparationsAsync(stop));
        foreach (var person in persons)
        {
            var history = (await store.HistoryAsync(person.Id, stop))!;
            var first = person.Identifiers[0].Key;
            Assert.All(person.Identifiers.Skip(1), i => Assert.NotEmpty(TieChain.Find(history.Ties, first, i.Key)));
            Assert.All(history.Ties, t => Assert.Single(separations.Group(TieKeys.Of(t), isAlias: false)));
            Assert.All(history.Ties.SelectMany(TieKeys.Of), k => Assert.Contains(k, person.Identifiers.Select(i => i.Key)));
            Assert.Equal((await store.AbsorbedAsync(person.Id, stop)).Order(), history.Merges.Select(m => m.AbsorbedId).Order());
            Assert.All(history.Merges, m => Assert.True(string.CompareOrdinal(person.Id, m.AbsorbedId) < 0));
            Assert.Equal(history.Merges.Count + 1, history.Founders.Count);
        }
        return persons;
    }

    // The resolver without a past: the same events, with what is separated now separated from the start.
    private static string Model(List<string[]> events, IReadOnlyList<Separation> separations)
    {
        var known = new Dictionary<IdentifierKey, PersonState>();
        var rules = new RuleSet(ConfiguredRules.From(Unlimited));
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var batch = new ResolutionBatch(known, rules, new Separations(separations), default, time);
        foreach (var identifiers in events)
        {
            var source = Of(identifiers);
            batch.Resolve(source, [.. identifiers.Select(Key).Distinct().Order(Comparer<IdentifierKey>.Create((a, b) => rules.Compare(a.Type, b.Type)))]);
        }
        // Who is nobody's without the evidence is a person by himself after a split.
        var alone = events.SelectMany(e => e).Select(Key).Distinct().Where(k => !known.ContainsKey(k)).Select(k => new[] { k });
        return Text(known.GroupBy(k => k.Value.Canonical, k => k.Key).Select(g => g.AsEnumerable()).Concat(alone));
    }

    private static string Text(IEnumerable<IEnumerable<IdentifierKey>> persons) =>
        string.Join("; ", persons.Select(p => string.Join(' ', p.Select(k => $"{k.Type}:{k.Value}").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
}
