using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Rules;

/// <summary>Every version of the rules. Every adapter passes the same suite.</summary>
public interface IRuleStore
{
    /// <summary>The latest version; null where none is stored.</summary>
    Task<IdentityRules?> LatestAsync(CancellationToken cancellationToken);

    /// <summary>One version; null where there is none.</summary>
    Task<IdentityRules?> FindAsync(long version, CancellationToken cancellationToken);

    /// <summary>Versions below a number, newest first, without what they say.</summary>
    Task<IReadOnlyList<RulesVersion>> ListAsync(long before, int limit, CancellationToken cancellationToken);

    /// <summary>Stores versions, all or none; again with the same content it changes nothing. Durable when it returns.</summary>
    Task PutAsync(IReadOnlyList<IdentityRules> versions, CancellationToken cancellationToken);
}
