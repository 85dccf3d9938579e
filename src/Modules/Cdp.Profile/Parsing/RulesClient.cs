using Cdp.Contracts.Identity.V1;

namespace Cdp.Profile.Parsing;

/// <summary>Where identifiers come from, asked of identity.</summary>
public sealed class RulesClient(IdentityRulesService.IdentityRulesServiceClient identity)
{
    private IdentifierPaths? _last;

    /// <summary>The paths of the rules in force now.</summary>
    internal async Task<IdentifierPaths> GetAsync(CancellationToken cancellationToken)
    {
        var rules = await identity.GetRulesAsync(new GetRulesRequest(), cancellationToken: cancellationToken);
        return _last = _last?.Version == rules.Version ? _last : new IdentifierPaths(rules);
    }
}
