using System.Globalization;
using Cdp.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Rpcs;

/// <summary>Refuses a gRPC call in gRPC's own terms: HTTP 200 with the status in the headers, and no message.</summary>
internal static class GrpcAnswer
{
    /// <summary>Whether the caller speaks gRPC.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Answers without a message.</summary>
    public static Task WriteAsync(HttpContext context, int httpStatus, string detail)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)RpcStatus.FromHttp(httpStatus)).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(detail);
        return context.Response.CompleteAsync();
    }
}
