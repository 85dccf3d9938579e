using System.Globalization;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using RulesClient = Cdp.Contracts.Identity.V1.IdentityRulesService.IdentityRulesServiceClient;

namespace Cdp.Rest.Identity;

/// <summary>How identifiers are tied to people.</summary>
internal static class RulesEndpoints
{
    private const string Read = "identity:read";
    private const string Write = "identity:write";

    public static void MapIdentityRules(this IEndpointRouteBuilder api)
    {
        var rules = api.MapGroup("/v1/identity/rules").WithTags("Identity");
        rules.MapGet("", GetAsync).RequireScope(Read).WithSummary("The rules in force.");
        rules.MapPut("", PutAsync).RequireScope(Write).Accepts<RulesBody>("application/json")
            .WithSummary("Replaces the rules as a whole, for events from now on. Every error is named, and nothing changed then.")
            .WithDescription("With `version` in the body, or `If-Match`: only where that version is in force. What is not said is as by default.");
        rules.MapGet("/versions", ListAsync).RequireScope(Read).WithSummary("All versions, newest first; the audit trail says who made them.");
        rules.MapGet("/versions/{version:long}", GetVersionAsync).RequireScope(Read).WithSummary("The rules of one version.");
    }

    private static async Task<RulesResponse> GetAsync(RulesClient client, HttpResponse response, CancellationToken cancellationToken) =>
        Answer(await client.GetRulesAsync(new GetRulesRequest(), cancellationToken: cancellationToken), response);

    private static async Task<RulesResponse> PutAsync(RawJson body, RulesClient client, HttpContext context, CancellationToken cancellationToken)
    {
        var request = new PutRulesRequest { Rules = body.Text };
        if (MadeFrom(context.Request) is { } version)
            request.MadeFrom = version;
        return Answer(await client.PutRulesAsync(request, cancellationToken: cancellationToken), context.Response);
    }

    private static async Task<RuleVersionsResponse> ListAsync([AsParameters] PageQuery page, RulesClient client, CancellationToken cancellationToken)
    {
        var request = new ListRuleVersionsRequest { Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListRuleVersionsAsync(request, cancellationToken: cancellationToken);
        return new RuleVersionsResponse(found.Versions.Select(v => new RuleVersionResponse(v.Version, UnixTime.Optional(v.CreatedAt))), found.NextCursor.OrNull());
    }

    private static async Task<RulesResponse> GetVersionAsync(long version, RulesClient client, CancellationToken cancellationToken) =>
        RulesResponse.From(await client.GetRuleVersionAsync(new GetRuleVersionRequest { Version = version }, cancellationToken: cancellationToken));

    private static RulesResponse Answer(IdentityRules rules, HttpResponse response)
    {
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{rules.Version}\"");
        return RulesResponse.From(rules);
    }

    private static long? MadeFrom(HttpRequest request)
    {
        var text = request.Headers.IfMatch.ToString();
        if (text.Length == 0 || text == "*")
            return null;
        return EntityTagHeaderValue.TryParse(text, out var tag) && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw Failure.Invalid("If-Match", "expected the ETag of the rules, such as \"7\"");
    }
}
