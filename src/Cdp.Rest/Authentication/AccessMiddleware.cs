using System.Net.Http.Headers;
using Cdp.Rest.Problems;
using Cdp.Rest.Rpcs;
using Cdp.ServiceDefaults.Auditing;
using Cdp.ServiceDefaults.ServiceKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Rest.Authentication;

/// <summary>
/// The door: an endpoint answers whoever its declaration lets in, and one that declares nothing answers nobody. The same
/// for REST endpoints, for gRPC services mapped in this process and for calls that are forwarded to a stage.
/// </summary>
internal sealed class AccessMiddleware(RequestDelegate next, KeyVerifier keys, PublicRpcs rpcs)
{
    private const string Scheme = "Bearer";

    public async Task InvokeAsync(HttpContext context)
    {
        // Only the platform itself says who calls and shows the service key.
        context.Request.Headers.Remove(AuditInterceptor.ActorHeader);
        context.Request.Headers.Remove(ServiceKey.Header);
        if (await IsLetInAsync(context))
            await next(context);
    }

    private async ValueTask<bool> IsLetInAsync(HttpContext context)
    {
        // Where nothing was mapped, there is nothing to guard: routing itself answers 404, 405 or 415.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
            return true;
        if (PublicRpcs.IsRpc(context.Request.Path))
            return await IsRpcLetInAsync(context);
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return true;
        return await HasScopeAsync(context, endpoint.Metadata.GetMetadata<ScopeRequirement>()?.Scope);
    }

    private async ValueTask<bool> IsRpcLetInAsync(HttpContext context)
    {
        if (!rpcs.TryFind(context.Request.Path, out var scope))
        {
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status404NotFound, "There is no such public method.");
            return false;
        }
        return scope is null || await HasScopeAsync(context, scope);
    }

    private async ValueTask<bool> HasScopeAsync(HttpContext context, string? scope)
    {
        var caller = await AuthenticateAsync(context);
        if (caller is null)
            return false;
        if (scope is null || !caller.Has(scope))
        {
            context.Response.Headers.WWWAuthenticate = $"{Scheme} error=\"insufficient_scope\"{(scope is null ? "" : $", scope=\"{scope}\"")}";
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status403Forbidden,
                scope is null ? "This endpoint is open to nobody." : $"The API key does not have the scope {scope}.");
            return false;
        }
        context.Features.Set(caller);
        // For gRPC services of this process and behind the forwarder; REST's own calls carry it through CallerInterceptor.
        context.Request.Headers[AuditInterceptor.ActorHeader] = caller.KeyId;
        return true;
    }

    private async ValueTask<Caller?> AuthenticateAsync(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.WWWAuthenticate = Scheme;
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, "Send an API key as Authorization: Bearer <key>.");
            return null;
        }
        var caller = await keys.VerifyAsync(header.Parameter ?? "", context.RequestAborted);
        if (caller is null)
        {
            context.Response.Headers.WWWAuthenticate = $"{Scheme} error=\"invalid_token\"";
            await ProblemAnswer.WriteAsync(context, StatusCodes.Status401Unauthorized, "The API key is unknown or revoked.");
        }
        return caller;
    }
}
