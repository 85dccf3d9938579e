using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Authentication;
using Cdp.Rest.Json;
using Cdp.Rest.Paging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using ImportClient = Cdp.Contracts.Collection.V1.ImportService.ImportServiceClient;
using RestJsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Cdp.Rest.Imports;

/// <summary>Bulk import of files.</summary>
internal static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var imports = api.MapGroup("/v1/imports").WithTags("Imports");
        imports.MapPost("", CreateAsync).RequireScope("imports:write")
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<ImportUploadForm>("multipart/form-data")
            .WithSummary("Imports a CSV or NDJSON file: a part `mapping`, then a part `file`. Answers when the last row is durable.");
        imports.MapGet("", ListAsync).RequireScope("imports:read").WithSummary("Imports, newest first.");
        imports.MapGet("/{id}", GetAsync).RequireScope("imports:read").WithSummary("One import with its progress.");
        imports.MapGet("/{id}/rejects", ListRejectsAsync).RequireScope("imports:read").WithSummary("Rows that could not be taken, with the reason.");
    }

    private static async Task<Created<ImportResponse>> CreateAsync(
        HttpRequest request, ImportClient client, IOptions<RestJsonOptions> json, CancellationToken cancellationToken)
    {
        var (mapping, file) = await ImportForm.ReadAsync(request, json.Value.SerializerOptions, cancellationToken);
        var job = await ImportUpload.SendAsync(mapping.ToBegin(), file, client, cancellationToken);
        return TypedResults.Created($"/v1/imports/{job.Id}", ImportResponse.From(job));
    }

    private static async Task<ImportsResponse> ListAsync([AsParameters] PageQuery page, ImportClient client, CancellationToken cancellationToken)
    {
        var request = new ListImportsRequest { Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListImportsAsync(request, cancellationToken: cancellationToken);
        return new ImportsResponse(found.Imports.Select(ImportResponse.From), found.NextCursor.OrNull());
    }

    private static async Task<ImportResponse> GetAsync(string id, ImportClient client, CancellationToken cancellationToken) =>
        ImportResponse.From(await client.GetImportAsync(new GetImportRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<RejectsResponse> ListRejectsAsync(
        string id, [AsParameters] PageQuery page, ImportClient client, CancellationToken cancellationToken)
    {
        var request = new ListRejectsRequest { ImportId = id, Limit = page.Limit ?? 0, Cursor = page.Cursor ?? "" };
        var found = await client.ListRejectsAsync(request, cancellationToken: cancellationToken);
        return new RejectsResponse(found.Rejects.Select(r => new RejectResponse(r.Row, r.Field, r.Reason)), found.NextCursor.OrNull());
    }
}

/// <summary>The form, for the OpenAPI document; it is read as a stream.</summary>
/// <param name="Mapping">What the file is.</param>
/// <param name="File">The file.</param>
internal sealed record ImportUploadForm(MappingBody Mapping, IFormFile File);
