using System.Globalization;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules.Documents;
using Grpc.Core;

namespace Cdp.Identity.Rules;

/// <summary>Identity rules over gRPC.</summary>
public sealed class IdentityRulesGrpcService(RulesInForce inForce, IRuleStore store, Resolver resolver, RulesRehearsal rehearsal) : IdentityRulesService.IdentityRulesServiceBase
{
    private const int DefaultPage = 50;
    private const int LargestPage = 200;

    /// <inheritdoc />
    public override async Task<IdentityRules> GetRules(GetRulesRequest request, ServerCallContext context) =>
        (await inForce.GetAsync(context.CancellationToken)).Describe();

    /// <inheritdoc />
    public override async Task<IdentityRules> PutRules(PutRulesRequest request, ServerCallContext context)
    {
        var (rules, madeFrom) = RulesDocument.Read(request.Rules, request.HasMadeFrom ? request.MadeFrom : null);
        // Not while a batch is resolved: each is decided by one version.
        return (await resolver.AloneAsync(stop => inForce.ReplaceAsync(rules, madeFrom, stop), context.CancellationToken)).Describe();
    }

    /// <inheritdoc />
    public override Task<IdentityRules> CheckRules(CheckRulesRequest request, ServerCallContext context) =>
        Task.FromResult(RulesDocument.Read(request.Rules, null).Rules);

    /// <inheritdoc />
    public override Task<Rehearsal> RehearseRules(IAsyncStreamReader<RehearseRulesRequest> requestStream, ServerCallContext context) =>
        rehearsal.RunAsync(requestStream, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<ListRuleVersionsResponse> ListRuleVersions(ListRuleVersionsRequest request, ServerCallContext context)
    {
        var limit = request.Limit <= 0 ? DefaultPage : Math.Min(request.Limit, LargestPage);
        var before = long.MaxValue;
        if (request.Cursor.Length > 0 && !long.TryParse(request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Failure.Invalid("cursor", "expected next_cursor of the former page");
        var found = await store.ListAsync(before, limit, context.CancellationToken);
        var response = new ListRuleVersionsResponse { Versions = { found } };
        if (found.Count == limit)
            response.NextCursor = found[^1].Version.ToString(CultureInfo.InvariantCulture);
        // The settings are a version before they are stored with the first that follows them.
        if (found.Count == 0 && request.Cursor.Length == 0)
            response.Versions.Add(new RulesVersion { Version = (await inForce.GetAsync(context.CancellationToken)).Version });
        return response;
    }

    /// <inheritdoc />
    public override async Task<IdentityRules> GetRuleVersion(GetRuleVersionRequest request, ServerCallContext context)
    {
        var current = await inForce.GetAsync(context.CancellationToken);
        return request.Version == current.Version
            ? current.Describe()
            : await store.FindAsync(request.Version, context.CancellationToken)
                ?? throw Failure.NotFound("version of the identity rules", request.Version.ToString(CultureInfo.InvariantCulture));
    }
}
