using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;
using CsCheck;
using static Cdp.Identity.Tests.Fakes.Events;

namespace Cdp.Identity.Tests.Resolving;

/// <summary>Whatever events come, in whatever batches, with whatever crashes in between.</summary>
public sealed class ResolverPropertyTests
{
    private static readonly string[] Types = ["user_id", "email", "anonymous_id", "phone"];

    private static readonly IdentityOptions Unlimited = new() { Identifiers = Types.ToDictionary(t => t, _ => new IdentifierTypeOptions { Limit = 1_000_000 }) };

    private static readonly Gen<string> Identifier = Gen.Select(Gen.OneOfConst(Types), Gen.Int[1, 9], (type, value) => $"{type}:{value}");

    // An event is its identifiers; a batch, some events.
    private static readonly Gen<List<List<string[]>>> Batches = Identifier.Array[1, 3].List[1, 8].List[1, 8];

    [Fact]
    public Task Resolve_WithoutLimits_MakesTheConnectedComponents() => Gen.Select(Batches, Gen.Int[1, 40]).SampleAsync(
        async (batches, cacheSize) =>
        {
            var options = new IdentityOptions { Identifiers = Unlimited.Identifiers, CacheSize = cacheSize };
            var run = await RunAsync(batches, options, restartEvery: 0);

            Assert.Equal(Components(batches.SelectMany(b => b)), run.Partition);
            // Every event of the last batch is answered with the person that holds its identifiers now.
            foreach (var (source, resolution) in batches[^1].Zip(run.Last.Resolutions))
                Assert.All(source, i => Assert.Equal(resolution.ProfileId, run.Holder[i]));
        },
        iter: 40, threads: 1);

    [Fact]
    public Task Resolve_OtherBatchesRestartsAndCacheSizes_GiveTheSamePersons() => Gen.Select(Batches, Gen.Bool).SampleAsync(
        async (batches, limited) =>
        {
            var options = limited ? new IdentityOptions() : Unlimited;
            var expected = await RunAsync(batches, options, restartEvery: 0);
            var single = batches.SelectMany(b => b).Select(e => new List<string[]> { e }).ToList();
            var small = new IdentityOptions { Identifiers = options.Identifiers, CacheSize = 1 };

            Assert.Equal(expected.Partition, (await RunAsync(single, options, restartEvery: 0)).Partition);
            Assert.Equal(expected.Partition, (await RunAsync(batches, options, restartEvery: 1)).Partition);
            Assert.Equal(expected.Partition, (await RunAsync(single, small, restartEvery: 3)).Partition);
        },
        iter: 15, threads: 1);

    [Fact]
    public Task Resolve_StoreFailsAtAnyCallThenRetried_EndsAsWithoutFailure() => Gen.Select(Batches, Gen.Int[1, 20], Gen.Bool).SampleAsync(
        async (batches, failsAt, doesItsWork) =>
        {
            var expected = await RunAsync(batches, new IdentityOptions(), restartEvery: 0);
            var failing = await RunAsync(batches, new IdentityOptions(), restartEvery: 0, failsAt, doesItsWork);

            Assert.Equal(expected.Partition, failing.Partition);
            Assert.Equal(expected.Merges.Count, failing.Merges.Count);
            Assert.Equal(Enumerable.Range(1, failing.Merges.Count), failing.Merges.Select(m => (int)m.Sequence));
        },
        iter: 30, threads: 1);

    [Fact]
    public Task Resolve_SameBatchAgain_GivesTheSamePersonsAndNoMerges() => Batches.SampleAsync(
        async batches =>
        {
            using var directory = new TempDirectory();
            await using var store = new EmbeddedIdentityStore(directory.Path);
            foreach (var batch in batches)
            {
                ResolveEvent[] events = [.. batch.Select(e => Of(e))];
                long merges;
                ResolveResponse first;
                using (var resolver = Resolver(store))
                {
                    first = await resolver.ResolveAsync(0, events);
                    merges = (await store.SequencesAsync(TestContext.Current.CancellationToken)).Merge;
                }
                using var restarted = Resolver(store);
                var again = await restarted.ResolveAsync(0, events);

                Assert.Equal(first.Resolutions.Select(r => r.ProfileId), again.Resolutions.Select(r => r.ProfileId));
                Assert.Equal(merges, (await store.SequencesAsync(TestContext.Current.CancellationToken)).Merge);
                Assert.Equal(first.Merges, again.Merges);
            }
        },
        iter: 15, threads: 1);

    private static async Task<RunResult> RunAsync(List<List<string[]>> batches, IdentityOptions options, int restartEvery, int failsAt = 0, bool doesItsWork = false)
    {
        using var directory = new TempDirectory();
        await using var store = new EmbeddedIdentityStore(directory.Path);
        var failing = new FailingStore(store) { FailsAt = failsAt, DoesItsWork = doesItsWork };
        var resolver = Resolver(failing, options);
        var last = new ResolveResponse();
        for (var i = 0; i < batches.Count; i++)
        {
            if (restartEvery > 0 && i % restartEvery == 0)
                resolver = Restart(resolver, failing, options);
            ResolveEvent[] events = [.. batches[i].Select(e => Of(e))];
            try
            {
                last = await resolver.ResolveAsync(0, events);
            }
            catch (IOException)
            {
                last = await resolver.ResolveAsync(0, events);
            }
        }
        resolver.Dispose();
        return await RunResult.ReadAsync(store, last);
    }

    private static Resolver Restart(Resolver former, IIdentityStore store, IdentityOptions options)
    {
        former.Dispose();
        return Resolver(store, options);
    }

    // The model: who shares an identifier, directly or through others, is one.
    private static string Components(IEnumerable<string[]> events)
    {
        var components = new List<HashSet<string>>();
        foreach (var identifiers in events)
        {
            var touched = components.Where(c => c.Overlaps(identifiers)).ToList();
            components.RemoveAll(touched.Contains);
            components.Add([.. touched.SelectMany(c => c), .. identifiers]);
        }
        return RunResult.Text(components);
    }

    private sealed record RunResult(string Partition, Dictionary<string, string> Holder, IReadOnlyList<Merge> Merges, ResolveResponse Last)
    {
        public static async Task<RunResult> ReadAsync(IIdentityStore store, ResolveResponse last)
        {
            var stop = TestContext.Current.CancellationToken;
            var all = Types.SelectMany(t => Enumerable.Range(1, 9).Select(v => Key($"{t}:{v}"))).ToList();
            var persons = await store.FindAsync(all, stop);
            var merges = await store.MergesAfterAsync(0, stop);
            // Absorbed ids resolve for ever, and the oldest id survived.
            foreach (var merge in merges)
            {
                Assert.True(string.CompareOrdinal(merge.SurvivorId, merge.AbsorbedId) < 0);
                Assert.Contains((await store.GetAsync(merge.AbsorbedId, stop))!.Id, persons.Select(p => p.Id));
            }
            return new RunResult(
                Text(persons.Select(p => p.Identifiers.Select(i => i.Key.ToMessage().Text()))),
                persons.SelectMany(p => p.Identifiers.Select(i => (Identifier: i.Key.ToMessage().Text(), p.Id))).ToDictionary(i => i.Identifier, i => i.Id),
                merges, last);
        }

        public static string Text(IEnumerable<IEnumerable<string>> persons) =>
            string.Join("; ", persons.Select(p => string.Join(' ', p.Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
    }
}
