using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Collection.Tracking;

/// <summary>
/// The Segment-compatible tracking API: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
/// Bodies are JSON whatever their Content-Type, because several SDKs send text/plain or none.
/// </summary>
internal static class TrackingEndpoints
{
    private static readonly (string Path, EventType Type)[] Routes =
    [
        ("identify", EventType.Identify), ("track", EventType.Track), ("page", EventType.Page), ("screen", EventType.Screen),
        ("group", EventType.Group), ("alias", EventType.Alias), ("batch", EventType.Unspecified), ("import", EventType.Unspecified),
        ("i", EventType.Identify), ("t", EventType.Track), ("p", EventType.Page), ("s", EventType.Screen),
        ("g", EventType.Group), ("a", EventType.Alias), ("b", EventType.Unspecified), ("merge", EventType.Alias),
    ];
    private static readonly byte[] Success = """{"success":true}"""u8.ToArray();

    public static void MapTracking(this IEndpointRouteBuilder endpoints)
    {
        var intake = endpoints.ServiceProvider.GetRequiredService<EventIntake>();
        var sources = endpoints.ServiceProvider.GetRequiredService<SourceRegistry>();
        foreach (var (path, type) in Routes)
            MapPost(endpoints, $"/v1/{path}", context => TakeAsync(context, type, intake, sources));
        MapPost(endpoints, "/beacon/v1/batch", context => TakeAsync(context, EventType.Unspecified, intake, sources));
        // Metrics of analytics.js about itself.
        MapPost(endpoints, "/v1/m", context => AnswerAsync(context, Success));
        endpoints.MapPixel(intake, sources);
        endpoints.MapSettings(sources);
    }

    /// <summary>Takes a body and answers as the tracking API does.</summary>
    public static async Task TakeAsync(HttpContext context, Memory<byte> body, EventType type, EventIntake intake, SourceRegistry sources, byte[] success)
    {
        try
        {
            LoneSurrogates.Replace(body.Span);
            var outline = BatchOutline.Read(body.Span);
            if (type == EventType.Unspecified && outline.Events is null)
                throw new BadBodyException("batch: required, a list of events.");
            var source = sources.Authenticate(WriteKeyHeader.Read(context.Request)) ?? sources.Authenticate(outline.WriteKey);
            if (source is null)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"write key\"";
                await ProblemAsync(context, StatusCodes.Status401Unauthorized, "The write key is missing or unknown: send it as the user of Basic authentication, or as writeKey in the body.");
                return;
            }
            if (type != EventType.Unspecified)
                outline.Events = null;
            await intake.TakeAsync(body, outline, type, source, BrowserContext(context), context.RequestAborted);
            await AnswerAsync(context, success);
        }
        catch (BadBodyException exception)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (LogUnavailableException exception)
        {
            var seconds = ((int)Math.Ceiling(exception.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.RetryAfter = seconds;
            if (exception.IsOverload)
                context.Response.Headers["X-RateLimit-Reset"] = seconds;
            await ProblemAsync(context, exception.IsOverload ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }

    /// <summary>Answers with problem details (RFC 9457).</summary>
    public static Task ProblemAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        var title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { title, status, detail }));
    }

    private static void MapPost(IEndpointRouteBuilder endpoints, string path, RequestDelegate handler)
    {
        endpoints.MapPost(path, handler).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
        endpoints.MapMethods(path, [HttpMethods.Options], TrackingCors.PreflightAsync).WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    private static async Task TakeAsync(HttpContext context, EventType type, EventIntake intake, SourceRegistry sources)
    {
        TrackingCors.Allow(context);
        RequestBody body;
        try
        {
            body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        }
        catch (BadBodyException exception)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, exception.Message);
            return;
        }
        using (body)
            await TakeAsync(context, body.Bytes, type, intake, sources, Success);
    }

    // The server fills in the address for events that a browser sent itself; a server's own address says nothing of a person.
    private static byte[] BrowserContext(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0 && context.Request.Method != HttpMethods.Get)
            return [];
        var forwarded = context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[0].Trim();
        var address = IPAddress.TryParse(forwarded, out var client) ? client : context.Connection.RemoteIpAddress;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is null ? [] : Encoding.UTF8.GetBytes($$"""{"ip":"{{address}}"}""");
    }

    private static async Task AnswerAsync(HttpContext context, byte[] body)
    {
        TrackingCors.Allow(context);
        context.Response.ContentType = body == Success ? "application/json" : "image/gif";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
