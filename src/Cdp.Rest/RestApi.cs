using Cdp.Rest.Activations;
using Cdp.Rest.ApiKeys;
using Cdp.Rest.Audit;
using Cdp.Rest.Authentication;
using Cdp.Rest.Consent;
using Cdp.Rest.DeadLetters;
using Cdp.Rest.Deliveries;
using Cdp.Rest.Destinations;
using Cdp.Rest.Identity;
using Cdp.Rest.Imports;
using Cdp.Rest.Json;
using Cdp.Rest.Limits;
using Cdp.Rest.OpenApi;
using Cdp.Rest.Pipeline;
using Cdp.Rest.Problems;
using Cdp.Rest.Profiles;
using Cdp.Rest.Proxies;
using Cdp.Rest.Regulations;
using Cdp.Rest.Rpcs;
using Cdp.Rest.Segments;
using Cdp.Rest.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Rest;

/// <summary>The front door: REST endpoints that call the stages' gRPC clients, and who may call what, how often.</summary>
public static class RestApi
{
    private const int LargestBody = 1024 * 1024;

    /// <summary>Registers JSON settings (snake case), problem details, authentication, limits and the OpenAPI document.</summary>
    public static void AddCdpRest(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => RestJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<FailureHandler>();
        services.AddHttpContextAccessor();
        services.AddSingleton<KeyVerifier>();
        services.AddSingleton<CallerInterceptor>();
        services.AddSingleton<PublicRpcs>();
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.ConfigureOptions<RateLimits>();
        services.AddCdpOpenApi();
    }

    /// <summary>Puts errors, limits and access control in front of everything that is mapped.</summary>
    public static void UseCdpRest(this IApplicationBuilder app)
    {
        app.UseTrustedProxies();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context => ProblemAnswer.WriteAsync(
            context.HttpContext, context.HttpContext.Response.StatusCode, Unanswered(context.HttpContext.Response.StatusCode)));
        app.UseRateLimiter();
        app.UseMiddleware<AccessMiddleware>();
    }

    /// <summary>Maps every REST endpoint.</summary>
    public static void MapCdpRest(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var api = endpoints.MapGroup("")
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(Problem), ["application/problem+json"]));
        api.MapSources();
        api.MapImports();
        api.MapProfiles();
        api.MapProfileSearch();
        api.MapExplain();
        api.MapUnmerge();
        api.MapIdentityRules();
        api.MapRulesDryRuns();
        api.MapSegments();
        api.MapDestinations();
        api.MapActivations();
        api.MapDeliveries();
        api.MapApiKeys();
        api.MapAudit();
        api.MapConsent();
        api.MapRegulations();
        api.MapDeadLetters();
        api.MapPipeline();
    }

    // What routing and the server refuse without a word.
    private static string Unanswered(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is no such path.",
        StatusCodes.Status405MethodNotAllowed => "This path does not take this method; the Allow header lists those that it takes.",
        StatusCodes.Status413PayloadTooLarge => $"The body has more than {LargestBody} bytes, which is the most that this path takes.",
        StatusCodes.Status415UnsupportedMediaType => "The body is not of a Content-Type that this path takes; REST takes application/json, imports multipart/form-data.",
        _ => "The request could not be handled.",
    };
}
