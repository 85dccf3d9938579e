using Cdp.Contracts.Profile.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ProfileClient = Cdp.Contracts.Profile.V1.ProfileService.ProfileServiceClient;

namespace Cdp.Rest.DeadLetters;

/// <summary>Events that could not be applied and were set aside.</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder api)
    {
        var letters = api.MapGroup("/v1/dead-letters").WithTags("Dead letters");
        letters.MapGet("", ListAsync).RequireScope("dead_letters:read").WithSummary("Events that could not be applied, newest first.");
        letters.MapPost("/{id}/replay", ReplayAsync).RequireScope("dead_letters:write").WithSummary("Applies a set-aside event again.");
    }

    private static async Task<DeadLettersResponse> ListAsync([AsParameters] PageQuery page, ProfileClient client, CancellationToken cancellationToken)
    {
        var request = new ListDeadLettersRequest { Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListDeadLettersAsync(request, cancellationToken: cancellationToken);
        return new DeadLettersResponse(
            found.DeadLetters.Select(l => new DeadLetterResponse(l.Id, l.MessageId, l.SourceId, l.Error, UnixTime.At(l.FailedAt))),
            found.NextCursor.OrNull());
    }

    private static async Task<ReplayResponse> ReplayAsync(string id, ProfileClient client, CancellationToken cancellationToken)
    {
        var replayed = await client.ReplayDeadLetterAsync(new ReplayDeadLetterRequest { Id = id }, cancellationToken: cancellationToken);
        return new ReplayResponse(replayed.ProfileId);
    }
}

/// <summary>A page of set-aside events, newest first.</summary>
/// <param name="DeadLetters">The events.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record DeadLettersResponse(IEnumerable<DeadLetterResponse> DeadLetters, string? NextCursor);

/// <summary>One set-aside event.</summary>
/// <param name="Id">Id: partition and offset in the event log.</param>
/// <param name="MessageId">Its message id.</param>
/// <param name="SourceId">Its source.</param>
/// <param name="Error">Why it could not be applied.</param>
/// <param name="FailedAt">When it was set aside.</param>
internal sealed record DeadLetterResponse(string Id, string MessageId, string SourceId, string Error, DateTime FailedAt);

/// <summary>A replayed event.</summary>
/// <param name="ProfileId">Profile that it was applied to.</param>
internal sealed record ReplayResponse(string ProfileId);
