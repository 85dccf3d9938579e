using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>Asks callers of a stage's process for the service key.</summary>
public static class ServiceKeyMiddleware
{
    /// <summary>Refuses every call without the service key, health aside.</summary>
    public static void UseServiceKey(this IApplicationBuilder app)
    {
        var key = app.ApplicationServices.GetRequiredService<ServiceKey>();
        app.Use(async (context, next) =>
        {
            if (key.Accepts(context.Request.Headers[ServiceKey.Header]) || CdpHost.IsHealth(context.Request.Path))
                await next(context);
            else
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        });
    }
}
