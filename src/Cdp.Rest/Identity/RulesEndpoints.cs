using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RulesClient = Cdp.Contracts.Identity.V1.IdentityRulesService.IdentityRulesServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>How identifiers are tied to people.</summary>
internal static class RulesEndpoints
{
    public static void MapIdentityRules(this IEndpointRouteBuilder api) =>
        api.MapGet("/v1/identity/rules", GetRulesAsync).RequireScope("identity:read").WithTags("Identity")
            .WithSummary("The rules in force: identifier types with limits, priority, blocked values.");

    private static async Task<RulesResponse> GetRulesAsync(RulesClient client, CancellationToken cancellationToken)
    {
        var rules = await client.GetRulesAsync(new GetRulesRequest(), cancellationToken: cancellationToken);
        return new RulesResponse(
            rules.Identifiers.Select(r => new IdentifierRuleResponse(r.Type, r.Limit, r.Window, r.Priority)), rules.BlockedValues);
    }
}

/// <summary>Identity rules.</summary>
/// <param name="Identifiers">Identifier types by priority.</param>
/// <param name="BlockedValues">Values never used as identifiers, as regular expressions.</param>
internal sealed record RulesResponse(IEnumerable<IdentifierRuleResponse> Identifiers, IEnumerable<string> BlockedValues);

/// <summary>Rule of one identifier type.</summary>
/// <param name="Type">Type.</param>
/// <param name="Limit">Most values on one person within the window.</param>
/// <param name="Window"><c>ever</c>, <c>annually</c>, <c>monthly</c> or <c>weekly</c>.</param>
/// <param name="Priority">1 is the highest.</param>
internal sealed record IdentifierRuleResponse(string Type, int Limit, string Window, int Priority);
