using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Tests.Fakes;

/// <summary>Rules in memory.</summary>
internal sealed class FakeRuleStore : IRuleStore
{
    private readonly SortedDictionary<long, IdentityRules> _versions = [];

    /// <summary>What the next write throws; null: nothing.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether the work of a failing write is done all the same, as where the answer is lost.</summary>
    public bool DoesItsWork { get; set; }

    public Task<IdentityRules?> LatestAsync(CancellationToken cancellationToken) => Task.FromResult(_versions.Values.LastOrDefault());

    public Task<IdentityRules?> FindAsync(long version, CancellationToken cancellationToken) => Task.FromResult(_versions.GetValueOrDefault(version));

    public Task<IReadOnlyList<RulesVersion>> ListAsync(long before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RulesVersion>>(
        [.. _versions.Values.Reverse().Where(r => r.Version < before).Take(limit).Select(r => new RulesVersion { Version = r.Version, CreatedAt = r.CreatedAt })]);

    public Task PutAsync(IReadOnlyList<IdentityRules> versions, CancellationToken cancellationToken)
    {
        if (Failure is null || DoesItsWork)
        {
            foreach (var rules in versions)
                _versions[rules.Version] = rules.Clone();
        }
        var failure = Failure;
        Failure = null;
        return failure is null ? Task.CompletedTask : Task.FromException(failure);
    }
}
