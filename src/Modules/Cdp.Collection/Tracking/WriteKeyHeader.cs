using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cdp.Collection.Tracking;

/// <summary>The write key of a request: the user of Basic authentication (the colon may be missing), or a query parameter.</summary>
internal static class WriteKeyHeader
{
    public static string? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            Span<byte> text = stackalloc byte[1024];
            if (!Convert.TryFromBase64Chars(header.AsSpan(6).Trim(), text, out var length))
                return null;
            var pair = Encoding.UTF8.GetString(text[..length]);
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? pair : pair[..colon];
        }
        return request.Query.TryGetValue("writeKey", out var key) ? key.ToString() : null;
    }
}
