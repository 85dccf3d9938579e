using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Rules.Documents;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Cdp.Identity.DryRuns;

/// <summary>Resolves events by rules that are not in force, and compares the persons with those of today. One at a time.</summary>
public sealed class RulesRehearsal(IIdentityStore store, IDryRunStores stores, RulesInForce inForce, IOptions<IdentityOptions> options, TimeProvider time) : IDisposable
{
    private const int MostEvents = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _running = new(1, 1);
    private CancellationTokenSource? _stop;

    /// <summary>Rehearses; see the proto for the contract.</summary>
    public async Task<Rehearsal> RunAsync(IAsyncStreamReader<RehearseRulesRequest> requests, CancellationToken cancellationToken)
    {
        // One that was just cancelled is given the time to end.
        if (!await _running.WaitAsync(Patience, cancellationToken))
            throw Failure.Precondition("Rules are being tried out already; expected one dry run at a time.");
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Volatile.Write(ref _stop, stop);
            try
            {
                return await RehearseAsync(requests, stop.Token);
            }
            // What a stream throws that is waited for meanwhile depends on the transport.
            catch (Exception) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new RpcException(new Status(StatusCode.Aborted, "A person was erased while rules were tried out; start again."));
            }
            finally
            {
                Volatile.Write(ref _stop, null);
            }
        }
        finally
        {
            _running.Release();
        }
    }

    /// <summary>Ends what runs, and deletes all that any run may have left: an erased person is in no copy.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (!await _running.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            Cancel();
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
        }
        try
        {
            stores.Clear();
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _running.Dispose();

    private void Cancel()
    {
        try
        {
            Volatile.Read(ref _stop)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended at this very moment.
        }
    }

    private async Task<Rehearsal> RehearseAsync(IAsyncStreamReader<RehearseRulesRequest> requests, CancellationToken cancellationToken)
    {
        if (!await requests.MoveNext(cancellationToken) || requests.Current.WhatCase != RehearseRulesRequest.WhatOneofCase.Rules)
            throw Failure.Invalid("rules", "expected the rules before the first event");
        var rules = new RuleSet(RulesDocument.Read(requests.Current.Rules, null).Rules);
        var today = await inForce.GetAsync(cancellationToken);
        await using var scratch = await stores.OpenAsync(cancellationToken);
        var resolver = new BatchResolver(scratch.Persons, store, options.Value.CacheSize, time);
        long events = 0;
        while (await requests.MoveNext(cancellationToken))
        {
            var batch = requests.Current.Events?.Events;
            if (batch is null || batch.Count > MostEvents)
                throw Failure.Invalid("events", $"expected at most {MostEvents} events");
            var holders = await HoldersAsync(batch, today, cancellationToken);
            var (decided, _) = await resolver.ResolveAsync([.. batch.Select(e => e.Event)], rules, cancellationToken);
            await scratch.AddAsync(Pair(holders, decided.Answer()), cancellationToken);
            events += batch.Count;
        }
        return await new RehearsalReport(scratch).MakeAsync(events, cancellationToken);
    }

    // The person of today is the one that holds the event's identifier of highest priority among those that anybody holds.
    private async Task<List<string>> HoldersAsync(IEnumerable<RehearsedEvent> batch, RuleSet today, CancellationToken cancellationToken)
    {
        var keys = batch.Select(e => EventKeys.Of(new ResolveEvent { Identifiers = { e.Today } }, today)).ToList();
        var holders = new Dictionary<IdentifierKey, string>();
        foreach (var person in await store.FindAsync([.. keys.SelectMany(k => k).Distinct()], cancellationToken))
        {
            foreach (var identifier in person.Identifiers)
                holders[identifier.Key] = person.Id;
        }
        return [.. keys.Select(k => k.Select(holders.GetValueOrDefault).FirstOrDefault(id => id is not null) ?? "")];
    }

    private static List<PersonPair> Pair(List<string> today, IEnumerable<Resolution> after)
    {
        var pairs = new Dictionary<(string, string), PersonPair>();
        foreach (var (person, resolution) in today.Zip(after))
        {
            if (person.Length == 0 && resolution.ProfileId.Length == 0)
                continue;
            var found = pairs.GetValueOrDefault((person, resolution.ProfileId));
            var key = resolution.Identifiers.Count > 0 ? TieKeys.Of(resolution.Identifiers[0]) : default;
            pairs[(person, resolution.ProfileId)] = new PersonPair(person, resolution.ProfileId, key, found.Events + 1);
        }
        return [.. pairs.Values];
    }
}
