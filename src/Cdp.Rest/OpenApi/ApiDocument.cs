using Cdp.Rest.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Cdp.Rest.OpenApi;

/// <summary>The OpenAPI document of the REST surface.</summary>
internal static class ApiDocument
{
    private const string SchemeName = "api_key";

    public static void AddCdpOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", openApi =>
    {
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Cdp",
                Version = "v1",
                Description = "Profiles, segments, activation and governance take an API key. The tracking API takes a write key "
                    + "as the user of Basic authentication and is compatible with Segment's SDKs.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[SchemeName] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key of /v1/api-keys.",
            };
            TrackingPaths.AddTo(document);
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ScopeRequirement>().LastOrDefault() is not { } required)
                return Task.CompletedTask;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, context.Document)] = [] }];
            operation.Description = $"Needs the scope `{required.Scope}`.";
            return Task.CompletedTask;
        });
    });
}
