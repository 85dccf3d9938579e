using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ProfileClient = Cdp.Contracts.Profile.V1.ProfileService.ProfileServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>What identity rules would merge and split, before they are put into force.</summary>
internal static class RulesDryRunEndpoints
{
    public static void MapRulesDryRuns(this IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/v1/identity/rules/dry-runs").WithTags("Identity").RequireScope("identity:write");
        runs.MapPost("", StartAsync).Accepts<RulesBody>("application/json")
            .WithSummary("Tries rules out on the event log, without putting them into force: which profiles they would merge or split.")
            .WithDescription("Answers at once; `GET` tells how far it is and what it found. One at a time.");
        runs.MapGet("/{id}", GetAsync).WithSummary("How far a dry run is, and what it found. Only the latest is kept.");
        runs.MapDelete("/{id}", CancelAsync).WithSummary("Ends a dry run.");
    }

    private static async Task<Accepted<RulesDryRunResponse>> StartAsync(RawJson body, ProfileClient client, CancellationToken cancellationToken)
    {
        var run = await client.StartRulesDryRunAsync(new StartRulesDryRunRequest { Rules = body.Text }, cancellationToken: cancellationToken);
        return TypedResults.Accepted($"/v1/identity/rules/dry-runs/{run.Id}", RulesDryRunResponse.From(run));
    }

    private static async Task<RulesDryRunResponse> GetAsync(string id, ProfileClient client, CancellationToken cancellationToken) =>
        RulesDryRunResponse.From(await client.GetRulesDryRunAsync(new GetRulesDryRunRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<RulesDryRunResponse> CancelAsync(string id, ProfileClient client, CancellationToken cancellationToken) =>
        RulesDryRunResponse.From(await client.CancelRulesDryRunAsync(new CancelRulesDryRunRequest { Id = id }, cancellationToken: cancellationToken));
}
