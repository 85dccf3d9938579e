using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SourceClient = Cdp.Contracts.Collection.V1.SourceService.SourceServiceClient;

namespace Cdp.Rest.Sources;

/// <summary>Sources and their write keys.</summary>
internal static class SourceEndpoints
{
    private const string Read = "sources:read";
    private const string Write = "sources:write";

    public static void MapSources(this IEndpointRouteBuilder api)
    {
        var sources = api.MapGroup("/v1/sources").WithTags("Sources");
        sources.MapPost("", CreateAsync).RequireScope(Write).WithSummary("Creates a source; its write key is shown this once.");
        sources.MapGet("", ListAsync).RequireScope(Read).WithSummary("All sources, oldest first.");
        sources.MapGet("/{id}", GetAsync).RequireScope(Read).WithSummary("One source.");
        sources.MapPatch("/{id}", UpdateAsync).RequireScope(Write).WithSummary("Renames, enables or disables a source.");
        sources.MapPost("/{id}/rotate-key", RotateKeyAsync).RequireScope(Write).WithSummary("Replaces the write key; the former one stops working at once.");
        sources.MapGet("/{id}/discards", ListDiscardsAsync).RequireScope(Read).WithSummary("Events dropped after their request was answered, by reason.");
    }

    private static async Task<Created<SourceResponse>> CreateAsync(CreateSourceBody body, SourceClient client, CancellationToken cancellationToken)
    {
        var request = new CreateSourceRequest { Name = body.Name ?? "", WriteKey = body.WriteKey ?? "" };
        var source = SourceResponse.From(await client.CreateSourceAsync(request, cancellationToken: cancellationToken));
        return TypedResults.Created($"/v1/sources/{source.Id}", source);
    }

    private static async Task<SourcesResponse> ListAsync(SourceClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListSourcesAsync(new ListSourcesRequest(), cancellationToken: cancellationToken);
        return new SourcesResponse(found.Sources.Select(SourceResponse.From));
    }

    private static async Task<SourceResponse> GetAsync(string id, SourceClient client, CancellationToken cancellationToken) =>
        SourceResponse.From(await client.GetSourceAsync(new GetSourceRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<SourceResponse> UpdateAsync(string id, UpdateSourceBody body, SourceClient client, CancellationToken cancellationToken)
    {
        var request = new UpdateSourceRequest { Id = id };
        if (body.Name is { } name)
            request.Name = name;
        if (body.Enabled is { } enabled)
            request.Enabled = enabled;
        return SourceResponse.From(await client.UpdateSourceAsync(request, cancellationToken: cancellationToken));
    }

    private static async Task<SourceResponse> RotateKeyAsync(string id, SourceClient client, CancellationToken cancellationToken) =>
        SourceResponse.From(await client.RotateWriteKeyAsync(new RotateWriteKeyRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<DiscardsResponse> ListDiscardsAsync(string id, SourceClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListDiscardsAsync(new ListDiscardsRequest { SourceId = id }, cancellationToken: cancellationToken);
        return new DiscardsResponse(found.Discards.Select(DiscardResponse.From));
    }
}

/// <summary>A source to create.</summary>
/// <param name="Name">Name; required.</param>
/// <param name="WriteKey">Write key to use; without it one is made.</param>
internal sealed record CreateSourceBody(string? Name, string? WriteKey);

/// <summary>What to change of a source.</summary>
/// <param name="Name">New name.</param>
/// <param name="Enabled">Whether its events are taken.</param>
internal sealed record UpdateSourceBody(string? Name, bool? Enabled);
