using Cdp.Contracts.Governance.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Identifier = Cdp.Contracts.Common.V1.Identifier;
using RegulationClient = Cdp.Contracts.Governance.V1.RegulationService.RegulationServiceClient;

namespace Cdp.Rest.Regulations;

/// <summary>Requests under privacy law.</summary>
internal static class RegulationEndpoints
{
    public static void MapRegulations(this IEndpointRouteBuilder api)
    {
        var regulations = api.MapGroup("/v1/regulations").WithTags("Regulations");
        regulations.MapPost("", CreateAsync).RequireScope("regulations:write")
            .WithSummary("Starts the deletion of a person from every store; answers at once and goes on until done.");
        regulations.MapGet("", ListAsync).RequireScope("regulations:read").WithSummary("Regulations, newest first.");
        regulations.MapGet("/{id}", GetAsync).RequireScope("regulations:read").WithSummary("One regulation with its progress.");
    }

    private static async Task<Created<RegulationResponse>> CreateAsync(CreateRegulationBody body, RegulationClient client, CancellationToken cancellationToken)
    {
        var request = new CreateRegulationRequest { Type = body.Type ?? "", ProfileId = body.ProfileId ?? "" };
        if (body.Identifier is { } identifier)
            request.Identifier = new Identifier { Type = identifier.Type ?? "", Value = identifier.Value ?? "" };
        var regulation = RegulationResponse.From(await client.CreateRegulationAsync(request, cancellationToken: cancellationToken));
        return TypedResults.Created($"/v1/regulations/{regulation.Id}", regulation);
    }

    private static async Task<RegulationsResponse> ListAsync([AsParameters] PageQuery page, RegulationClient client, CancellationToken cancellationToken)
    {
        var request = new ListRegulationsRequest { Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListRegulationsAsync(request, cancellationToken: cancellationToken);
        return new RegulationsResponse(found.Regulations.Select(RegulationResponse.From), found.NextCursor.OrNull());
    }

    private static async Task<RegulationResponse> GetAsync(string id, RegulationClient client, CancellationToken cancellationToken) =>
        RegulationResponse.From(await client.GetRegulationAsync(new GetRegulationRequest { Id = id }, cancellationToken: cancellationToken));
}

/// <summary>A regulation to start.</summary>
/// <param name="Type">Kind; required: <c>delete</c>.</param>
/// <param name="ProfileId">Whom: a profile id, or</param>
/// <param name="Identifier">an identifier.</param>
internal sealed record CreateRegulationBody(string? Type, string? ProfileId, IdentifierBody? Identifier);

/// <summary>An identifier of a person.</summary>
/// <param name="Type">Type, such as <c>user_id</c>.</param>
/// <param name="Value">Value.</param>
internal sealed record IdentifierBody(string? Type, string? Value);
