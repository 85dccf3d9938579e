using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ConsentClient = Cdp.Contracts.Governance.V1.ConsentService.ConsentServiceClient;

namespace Cdp.Rest.Consent;

/// <summary>Consent purposes: the categories that destinations may ask for.</summary>
internal static class ConsentEndpoints
{
    public static void MapConsent(this IEndpointRouteBuilder api)
    {
        var purposes = api.MapGroup("/v1/consent/purposes").WithTags("Consent");
        purposes.MapGet("", ListAsync).RequireScope("consent:read").WithSummary("All purposes by key.");
        purposes.MapPut("/{key}", PutAsync).RequireScope("consent:write").WithSummary("Creates or changes a purpose.");
        purposes.MapDelete("/{key}", DeleteAsync).RequireScope("consent:write").WithSummary("Deletes a purpose.");
    }

    private static async Task<PurposesResponse> ListAsync(ConsentClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListPurposesAsync(new ListPurposesRequest(), cancellationToken: cancellationToken);
        return new PurposesResponse(found.Purposes.Select(PurposeResponse.From));
    }

    private static async Task<PurposeResponse> PutAsync(string key, PutPurposeBody body, ConsentClient client, CancellationToken cancellationToken)
    {
        var request = new PutPurposeRequest { Key = key, Name = body.Name ?? "", Description = body.Description ?? "" };
        return PurposeResponse.From(await client.PutPurposeAsync(request, cancellationToken: cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string key, ConsentClient client, CancellationToken cancellationToken)
    {
        await client.DeletePurposeAsync(new DeletePurposeRequest { Key = key }, cancellationToken: cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>What a purpose is to be.</summary>
/// <param name="Name">Name; without it the key.</param>
/// <param name="Description">What it is for.</param>
internal sealed record PutPurposeBody(string? Name, string? Description);

/// <summary>A consent purpose.</summary>
/// <param name="Key">Category id as in <c>context.consent.categoryPreferences</c>.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Description">What it is for.</param>
internal sealed record PurposeResponse(string Key, string Name, string? Description)
{
    public static PurposeResponse From(ConsentPurpose purpose) => new(purpose.Key, purpose.Name, purpose.Description.OrNull());
}

/// <summary>All purposes by key.</summary>
/// <param name="Purposes">The purposes.</param>
internal sealed record PurposesResponse(IEnumerable<PurposeResponse> Purposes);
