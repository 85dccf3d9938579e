using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using AuditClient = Cdp.Contracts.Governance.V1.AuditService.AuditServiceClient;

namespace Cdp.Rest.Audit;

/// <summary>The audit trail.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapGet("/v1/audit", ListAsync).RequireScope("audit:read").WithTags("Audit").WithSummary("Who changed what, newest first.");

    private static async Task<AuditResponse> ListAsync([AsParameters] PageQuery page, AuditClient client, CancellationToken cancellationToken)
    {
        var request = new ListAuditRequest { Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListAuditAsync(request, cancellationToken: cancellationToken);
        return new AuditResponse(
            found.Entries.Select(e => new AuditEntryResponse(e.Sequence, UnixTime.At(e.At), e.Actor, e.Action, e.Target.OrNull())),
            found.NextCursor.OrNull());
    }
}

/// <summary>A page of the trail, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record AuditResponse(IEnumerable<AuditEntryResponse> Entries, string? NextCursor);

/// <summary>One change.</summary>
/// <param name="Sequence">Number of the entry; ascending, without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Id of the API key that made it, or <c>system</c>.</param>
/// <param name="Action">What, such as <c>segment.create</c>.</param>
/// <param name="Target">Id or key of the thing changed.</param>
internal sealed record AuditEntryResponse(long Sequence, DateTime At, string Actor, string Action, string? Target);
