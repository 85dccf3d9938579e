using System.ComponentModel;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SegmentClient = Cdp.Contracts.SegmentSearch.V1.SegmentService.SegmentServiceClient;

namespace Cdp.Rest.Segments;

/// <summary>Segments, their members and their history.</summary>
internal static class SegmentEndpoints
{
    private const string Read = "segments:read";
    private const string Write = "segments:write";

    public static void MapSegments(this IEndpointRouteBuilder api)
    {
        var segments = api.MapGroup("/v1/segments").WithTags("Segments");
        segments.MapPost("", CreateAsync).RequireScope(Write).WithSummary("Creates a segment and evaluates it over all profiles.");
        segments.MapGet("", ListAsync).RequireScope(Read).WithSummary("All segments by key.");
        segments.MapPost("/preview", PreviewAsync).RequireScope(Read).WithSummary("Counts the profiles that meet a condition now, with a sample.");
        segments.MapGet("/{key}", GetAsync).RequireScope(Read).WithSummary("One segment with its size.");
        segments.MapPatch("/{key}", UpdateAsync).RequireScope(Write).WithSummary("Changes name or condition.");
        segments.MapDelete("/{key}", DeleteAsync).RequireScope(Write).WithSummary("Deletes a segment with its members and history.");
        segments.MapGet("/{key}/members", ListMembersAsync).RequireScope(Read).WithSummary("Members by profile id.");
        segments.MapGet("/{key}/history", ListHistoryAsync).RequireScope(Read).WithSummary("Entries and exits, newest first.");
    }

    private static async Task<Created<SegmentResponse>> CreateAsync(CreateSegmentBody body, SegmentClient client, CancellationToken cancellationToken)
    {
        var request = new CreateSegmentRequest { Key = body.Key ?? "", Name = body.Name ?? "", Condition = body.Condition?.Text ?? "" };
        var segment = await client.CreateSegmentAsync(request, cancellationToken: cancellationToken);
        return TypedResults.Created($"/v1/segments/{segment.Key}", SegmentResponse.From(segment));
    }

    private static async Task<SegmentsResponse> ListAsync(SegmentClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListSegmentsAsync(new ListSegmentsRequest(), cancellationToken: cancellationToken);
        return new SegmentsResponse(found.Segments.Select(SegmentResponse.From));
    }

    private static async Task<SegmentResponse> GetAsync(string key, SegmentClient client, CancellationToken cancellationToken) =>
        SegmentResponse.From(await client.GetSegmentAsync(new GetSegmentRequest { Key = key }, cancellationToken: cancellationToken));

    private static async Task<SegmentResponse> UpdateAsync(string key, UpdateSegmentBody body, SegmentClient client, CancellationToken cancellationToken)
    {
        var request = new UpdateSegmentRequest { Key = key };
        if (body.Name is { } name)
            request.Name = name;
        if (body.Condition is { } condition)
            request.Condition = condition.Text;
        return SegmentResponse.From(await client.UpdateSegmentAsync(request, cancellationToken: cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string key, SegmentClient client, CancellationToken cancellationToken)
    {
        await client.DeleteSegmentAsync(new DeleteSegmentRequest { Key = key }, cancellationToken: cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<PreviewResult> PreviewAsync(PreviewBody body, SegmentClient client, CancellationToken cancellationToken)
    {
        var request = new PreviewRequest { Condition = body.Condition?.Text ?? "", SampleSize = body.SampleSize ?? 0 };
        var preview = await client.PreviewAsync(request, cancellationToken: cancellationToken);
        return new PreviewResult(preview.Count, preview.Sample);
    }

    private static async Task<MembersResponse> ListMembersAsync(
        string key, [AsParameters] PageQuery page, SegmentClient client, CancellationToken cancellationToken)
    {
        var request = new ListMembersRequest { Key = key, Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListMembersAsync(request, cancellationToken: cancellationToken);
        var members = found.Members.Select(m => new MemberResponse(m.ProfileId, UnixTime.At(m.EnteredAt)));
        return new MembersResponse(members, found.Total, found.NextCursor.OrNull());
    }

    private static async Task<HistoryResponse> ListHistoryAsync(
        string key,
        [AsParameters] PageQuery page,
        [FromQuery(Name = "profile_id"), Description("Only of this profile.")] string? profileId,
        SegmentClient client,
        CancellationToken cancellationToken)
    {
        var request = new ListHistoryRequest { Key = key, Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "", ProfileId = profileId ?? "" };
        var found = await client.ListHistoryAsync(request, cancellationToken: cancellationToken);
        return new HistoryResponse(found.Changes.Select(ChangeResponse.From), found.NextCursor.OrNull());
    }
}

/// <summary>A segment to create.</summary>
/// <param name="Key">Key: lower case letters, digits, _ and -; required.</param>
/// <param name="Name">Name; without it the key.</param>
/// <param name="Condition">Who is in it; required.</param>
internal sealed record CreateSegmentBody(string? Key, string? Name, RawJson? Condition);

/// <summary>What to change of a segment.</summary>
/// <param name="Name">New name.</param>
/// <param name="Condition">New condition.</param>
internal sealed record UpdateSegmentBody(string? Name, RawJson? Condition);

/// <summary>A condition to try.</summary>
/// <param name="Condition">The condition; required.</param>
/// <param name="SampleSize">How many ids to show; 10 without it.</param>
internal sealed record PreviewBody(RawJson? Condition, int? SampleSize);

/// <summary>Who meets a condition.</summary>
/// <param name="Count">How many; exact.</param>
/// <param name="Sample">Ids of some of them.</param>
internal sealed record PreviewResult(long Count, IEnumerable<string> Sample);
