using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Cdp.Rest.OpenApi;

/// <summary>Describes the tracking API, whose bodies collection reads itself.</summary>
internal static class TrackingPaths
{
    private const string SchemeName = "write_key";

    private static readonly (string Path, string Summary)[] Calls =
    [
        ("/v1/track", "Something that a person did."),
        ("/v1/identify", "Traits of a person."),
        ("/v1/page", "A page view."),
        ("/v1/screen", "A screen view."),
        ("/v1/group", "A person belongs to an account."),
        ("/v1/alias", "Two ids are one person."),
        ("/v1/batch", "Up to 2,500 calls in `batch`, each with its `type`; 500 KB in all."),
    ];

    public static void AddTo(OpenApiDocument document)
    {
        document.Components!.SecuritySchemes![SchemeName] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "basic",
            Description = "The write key of a source as user, no password.",
        };
        foreach (var (path, summary) in Calls)
        {
            document.Paths[path] = new OpenApiPathItem
            {
                Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Operation(path, summary, document) },
            };
        }
    }

    private static OpenApiOperation Operation(string path, string summary, OpenApiDocument document) => new()
    {
        Summary = summary,
        Tags = new HashSet<OpenApiTagReference> { new("Tracking", document) },
        Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, document)] = [] }],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object }, Example = Example(path) },
            },
        },
        Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse { Description = "Durable, or discarded for a reason that the source's discards tell." },
            ["400"] = new OpenApiResponse { Description = "Not JSON, or too large." },
            ["401"] = new OpenApiResponse { Description = "The write key is missing or unknown." },
            ["503"] = new OpenApiResponse { Description = "The log cannot be written now; send again after Retry-After seconds." },
        },
    };

    private static JsonNode? Example(string path) => path == "/v1/track"
        ? JsonNode.Parse("""{"userId":"ada","event":"Order Completed","properties":{"revenue":60}}""")
        : null;
}
