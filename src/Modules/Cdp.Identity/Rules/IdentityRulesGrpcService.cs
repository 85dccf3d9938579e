using Cdp.Contracts.Identity.V1;
using Grpc.Core;

namespace Cdp.Identity.Rules;

/// <summary>Identity rules over gRPC.</summary>
public sealed class IdentityRulesGrpcService(RuleSet rules) : IdentityRulesService.IdentityRulesServiceBase
{
    /// <inheritdoc />
    public override Task<IdentityRules> GetRules(GetRulesRequest request, ServerCallContext context) => Task.FromResult(rules.Describe());
}
