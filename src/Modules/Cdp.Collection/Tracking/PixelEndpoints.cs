using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Collection.Tracking;

/// <summary>Tracking without JavaScript: an image whose address carries the event, in <c>data</c> (base64 of JSON) or in
/// single parameters.</summary>
internal static class PixelEndpoints
{
    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
    private static readonly string[] TextFields = ["userId", "anonymousId", "messageId", "event", "name", "timestamp"];

    public static void MapPixel(this IEndpointRouteBuilder endpoints, EventIntake intake, SourceRegistry sources)
    {
        foreach (var prefix in (string[])["/v1/pixel", "/pixel/v1"])
        {
            Map($"{prefix}/track", EventType.Track);
            Map($"{prefix}/page", EventType.Page);
        }

        void Map(string path, EventType type) => endpoints
            .MapGet(path, (RequestDelegate)(context => TakeAsync(context, type, intake, sources)))
            .WithMetadata(new AllowAnonymousAttribute()).ExcludeFromDescription();
    }

    private static Task TakeAsync(HttpContext context, EventType type, EventIntake intake, SourceRegistry sources)
    {
        context.Response.Headers.CacheControl = "no-store";
        var query = context.Request.Query;
        if (!query.TryGetValue("data", out var data))
            return TrackingEndpoints.TakeAsync(context, FromParameters(query), type, intake, sources, Gif);
        return TryDecode(data.ToString(), out var json)
            ? TrackingEndpoints.TakeAsync(context, json, type, intake, sources, Gif)
            : TrackingEndpoints.ProblemAsync(context, StatusCodes.Status400BadRequest, "data: expected an event as base64 of JSON.");
    }

    // Plain and URL-safe base64, with or without padding; a plus that was not escaped arrives as a blank.
    private static bool TryDecode(string data, out Memory<byte> json)
    {
        var text = data.Replace('-', '+').Replace('_', '/').Replace(' ', '+').TrimEnd('=');
        var buffer = new byte[text.Length];
        var isBase64 = Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), buffer, out var length);
        json = buffer.AsMemory(0, length);
        return isBase64;
    }

    private static byte[] FromParameters(IQueryCollection query)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var field in TextFields)
            {
                if (query.TryGetValue(field, out var value))
                    json.WriteString(field, value.ToString());
            }
            foreach (var part in (string[])["properties", "context"])
            {
                if (query.TryGetValue(part, out var value))
                {
                    json.WritePropertyName(part);
                    json.WriteRawValue(Encoding.UTF8.GetBytes(value.ToString()), skipInputValidation: true);
                }
            }
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
