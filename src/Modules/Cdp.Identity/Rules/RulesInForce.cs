using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Identity.Rules;

/// <summary>The version of the rules that events are resolved by: the latest stored, or the settings where none is.</summary>
public sealed partial class RulesInForce(IRuleStore store, IOptions<IdentityOptions> options, TimeProvider time, ILogger<RulesInForce> logger) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private RuleSet? _current;

    /// <summary>The rules in force.</summary>
    public async ValueTask<RuleSet> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is { } current)
            return current;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            return await LoadAsync(cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The rules in force, for events that were read by one version of them; by any, where it is 0.</summary>
    /// <exception cref="Grpc.Core.RpcException">Another version is in force.</exception>
    public async ValueTask<RuleSet> GetAsync(long version, CancellationToken cancellationToken)
    {
        var current = await GetAsync(cancellationToken);
        return version == 0 || version == current.Version
            ? current
            : throw Failure.Precondition($"The identifiers were found by version {version} of the identity rules; version {current.Version} is in force.");
    }

    /// <summary>Puts rules into force as the next version, where they say anything new; to be called while nothing is resolved.</summary>
    /// <param name="rules">Rules that are checked.</param>
    /// <param name="madeFrom">Version that they were made from; null: whatever it was.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Grpc.Core.RpcException">They were made from another version than the one in force.</exception>
    public async Task<RuleSet> ReplaceAsync(IdentityRules rules, long? madeFrom, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var current = await LoadAsync(cancellationToken);
            var before = current.Describe();
            // Also where the version is an older one: who lost the answer to a change sends it again.
            if (HaveSameContent(rules, before))
                return current;
            if (madeFrom is { } version && version != before.Version)
                throw Failure.Precondition($"The rules were made from version {version}; version {before.Version} is in force.");
            var next = rules.Clone();
            (next.Version, next.CreatedAt) = (before.Version + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            // Made before anything is stored, so that rules which cannot be made ready are never in force.
            var replacement = new RuleSet(next);
            // Whether they are stored is unknown until the store says so.
            Volatile.Write(ref _current, null);
            await store.PutAsync(before.Version == ConfiguredRules.Version ? [before, next] : [next], cancellationToken);
            Volatile.Write(ref _current, replacement);
            return replacement;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _changing.Dispose();

    private async Task<RuleSet> LoadAsync(CancellationToken cancellationToken)
    {
        if (_current is { } current)
            return current;
        var settings = ConfiguredRules.From(options.Value);
        var rules = await store.LatestAsync(cancellationToken) ?? settings;
        // Who sets something expects it to count.
        if (options.Value is not { Identifiers.Count: 0, BlockedValues: null } && !HaveSameContent(settings, rules))
            LogSettingsAreNotRead(rules.Version);
        var loaded = new RuleSet(rules);
        Volatile.Write(ref _current, loaded);
        return loaded;
    }

    private static bool HaveSameContent(IdentityRules left, IdentityRules right)
    {
        var copy = left.Clone();
        (copy.Version, copy.CreatedAt) = (right.Version, right.CreatedAt);
        return copy.Equals(right);
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning, Message = "Version {Version} of the identity rules is stored and in force; Cdp:Identity:Identifiers and Cdp:Identity:BlockedValues say something else and are not read any more.")]
    private partial void LogSettingsAreNotRead(long version);
}
