using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Splitting;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Identity.Resolving;

/// <summary>
/// Resolves batches of events to persons: all persons that hold an identifier of the event are one, unless a limit says
/// otherwise. A batch is decided in memory and stored in one commit before anybody hears of it.
/// </summary>
public sealed partial class Resolver(
    IIdentityStore store, RulesInForce inForce, IOptions<IdentityOptions> options, TimeProvider time, ILogger<Resolver> logger) : IDisposable
{
    private readonly SemaphoreSlim _resolving = new(1, 1);
    private readonly Dictionary<IdentifierKey, PersonState> _known = [];
    private IdentitySequences? _last;
    private Separations? _separations;

    /// <summary>Resolves a batch; see the proto for the contract.</summary>
    public async Task<ResolveResponse> ResolveAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        await _resolving.WaitAsync(cancellationToken);
        using var batch = IdentityMetrics.Events.Begin(request.Events.Count, request.Events.Select(e => e.Traceparent));
        try
        {
            var response = await ResolveAloneAsync(request, cancellationToken);
            batch.Complete();
            return response;
        }
        catch
        {
            // What memory holds may be ahead of what is stored.
            Forget();
            throw;
        }
        finally
        {
            _resolving.Release();
        }
    }

    /// <summary>Changes something while nothing is resolved.</summary>
    public async Task<T> AloneAsync<T>(Func<CancellationToken, Task<T>> change, CancellationToken cancellationToken)
    {
        await _resolving.WaitAsync(cancellationToken);
        try
        {
            return await change(cancellationToken);
        }
        finally
        {
            _resolving.Release();
        }
    }

    /// <summary>Takes a person apart; see the proto for the contract.</summary>
    public Task<Split> SplitAsync(SplitPersonRequest request, CancellationToken cancellationToken) => AloneAsync(
        async stop =>
        {
            Forget();
            var commit = await new Splitter(store, await inForce.GetAsync(stop), time).PlanAsync(request, stop);
            await store.SplitAsync(commit, stop);
            IdentityMetrics.Split.Add(1);
            return commit.Split;
        },
        cancellationToken);

    /// <summary>Forgets a person in memory and in the store.</summary>
    public Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken) => AloneAsync(
        stop =>
        {
            Forget();
            return store.EraseAsync(id, stop);
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _resolving.Dispose();

    private async Task<ResolveResponse> ResolveAloneAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        var rules = await inForce.GetAsync(request.RulesVersion, cancellationToken);
        var last = _last ??= await store.SequencesAsync(cancellationToken);
        _separations ??= new Separations(await store.SeparationsAsync(cancellationToken));
        var events = Normalise(request, rules);
        await LoadAsync(events, cancellationToken);

        var batch = new ResolutionBatch(_known, rules, _separations, last, time);
        foreach (var (source, keys) in events)
            batch.Resolve(source, keys);
        if (!batch.Changes.IsEmpty)
            await store.CommitAsync(batch.Changes, cancellationToken);
        _last = new IdentitySequences(last.Merge + batch.Changes.Merges.Count, last.Tie + batch.Changes.Ties.Count);
        Record(batch);

        var response = new ResolveResponse { Resolutions = { batch.Answer() } };
        if (request.MergesAfter == last.Merge)
            response.Merges.AddRange(batch.Changes.Merges);
        else if (request.MergesAfter < last.Merge)
        {
            response.Merges.AddRange(await store.MergesAfterAsync(request.MergesAfter, cancellationToken));
            response.Splits.AddRange(await store.SplitsAfterAsync(request.MergesAfter, cancellationToken));
        }
        return response;
    }

    private void Forget()
    {
        _known.Clear();
        _last = null;
        _separations = null;
    }

    private static List<(ResolveEvent Event, List<IdentifierKey> Keys)> Normalise(ResolveRequest request, RuleSet rules)
    {
        var events = new List<(ResolveEvent, List<IdentifierKey>)>(request.Events.Count);
        foreach (var source in request.Events)
            events.Add((source, EventKeys.Of(source, rules)));
        return events;
    }

    private async Task LoadAsync(List<(ResolveEvent Event, List<IdentifierKey> Keys)> events, CancellationToken cancellationToken)
    {
        if (_known.Count > options.Value.CacheSize)
            _known.Clear();
        var unknown = new HashSet<IdentifierKey>();
        foreach (var (_, keys) in events)
        {
            foreach (var key in keys)
            {
                if (!_known.ContainsKey(key))
                    unknown.Add(key);
            }
        }
        if (unknown.Count == 0)
            return;
        foreach (var stored in await store.FindAsync(unknown, cancellationToken))
        {
            var person = stored.Identifiers.Select(i => _known.GetValueOrDefault(i.Key)?.Canonical).FirstOrDefault(p => p?.Id == stored.Id)
                ?? new PersonState(stored.Id, stored.CreatedAt) { Absorbed = stored.Absorbed };
            foreach (var hash in stored.Ties)
                person.AddTie(hash);
            foreach (var identifier in stored.Identifiers)
            {
                person.Identifiers[identifier.Key] = identifier;
                _known[identifier.Key] = person;
            }
        }
    }

    private void Record(ResolutionBatch batch)
    {
        IdentityMetrics.Created.Add(batch.Changes.Created.Count);
        IdentityMetrics.Merged.Add(batch.Changes.Merges.Count);
        IdentityMetrics.LimitDrops.Add(batch.Dropped);
        foreach (var (id, absorbed) in batch.Crowded)
        {
            IdentityMetrics.Crowded.Add(1);
            LogCrowded(id, absorbed);
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "Person {Person} has absorbed {Absorbed} others: an identifier that many share, such as a kiosk's or test@test.com, should be blocked in the identity rules.")]
    private partial void LogCrowded(string person, int absorbed);
}
