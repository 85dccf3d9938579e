using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Splitting;
using Cdp.Identity.Store;
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
    private readonly BatchResolver _batches = new(store, store, options.Value.CacheSize, time);

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
            _batches.Forget();
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
            _batches.Forget();
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
            _batches.Forget();
            return store.EraseAsync(id, stop);
        },
        cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _resolving.Dispose();

    private async Task<ResolveResponse> ResolveAloneAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        var rules = await inForce.GetAsync(request.RulesVersion, cancellationToken);
        var (batch, last) = await _batches.ResolveAsync(request.Events, rules, cancellationToken);
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
