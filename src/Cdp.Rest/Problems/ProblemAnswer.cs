using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.Rest.Rpcs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cdp.Rest.Problems;

/// <summary>Answers with problem details; callers that speak gRPC get the same as a gRPC status.</summary>
public static class ProblemAnswer
{
    // Answers are never part of an HTML page, so that only what JSON asks for is escaped.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a status and what went wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="detail">What went wrong.</param>
    /// <param name="retryAfter">When the same request may succeed; none where it will not.</param>
    public static Task WriteAsync(HttpContext context, int status, string detail, TimeSpan? retryAfter = null) =>
        WriteAsync(context, status, detail, null, retryAfter);

    internal static Task WriteAsync(
        HttpContext context, int status, string detail, IReadOnlyList<ProblemField>? errors, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.RetryAfter = seconds;
            context.Response.Headers["X-RateLimit-Reset"] = seconds;
        }
        if (GrpcAnswer.IsWanted(context.Request))
            return GrpcAnswer.WriteAsync(context, status, detail);
        context.Response.StatusCode = status;
        var problem = new Problem(ReasonPhrases.GetReasonPhrase(status), status, detail, errors);
        return context.Response.WriteAsJsonAsync(problem, Json, "application/problem+json", context.RequestAborted);
    }
}
