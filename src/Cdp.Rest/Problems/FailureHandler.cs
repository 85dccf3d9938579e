using Cdp.Contracts.Failures;
using Grpc.Core;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cdp.Rest.Problems;

/// <summary>Turns what endpoints throw into problem details: a stage's status, a body that cannot be read, a defect.</summary>
internal sealed partial class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case RpcException rpc:
                await AnswerAsync(context, rpc);
                break;
            case BadHttpRequestException bad:
                await ProblemAnswer.WriteAsync(context, bad.StatusCode, BadRequest.Detail(bad), BadRequest.Errors(bad));
                break;
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                break;
            default:
                LogDefect(context.Request.Method, context.GetEndpoint()?.DisplayName, exception);
                await ProblemAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError, "The request could not be handled; the log says why.");
                break;
        }
        return true;
    }

    private Task AnswerAsync(HttpContext context, RpcException exception)
    {
        var status = RpcStatus.ToHttp(exception.StatusCode);
        if (status >= StatusCodes.Status500InternalServerError)
            LogStage(context.GetEndpoint()?.DisplayName, exception.StatusCode, exception.Status.Detail);
        // A stage's own words for a defect may hold anything; those for an error of the caller are written for the caller.
        var detail = status == StatusCodes.Status500InternalServerError ? "A stage failed; its log says why." : Describe(exception.Status);
        var errors = Failure.FieldErrors(exception);
        return ProblemAnswer.WriteAsync(
            context, status, detail,
            errors.Count == 0 ? null : [.. errors.Select(e => new ProblemField(e.Field, e.Description))],
            RpcStatus.RetryAfter(exception.StatusCode));
    }

    private static string Describe(Grpc.Core.Status status) => status.StatusCode switch
    {
        StatusCode.Unavailable when status.DebugException is not null => "A stage cannot be reached; try again.",
        StatusCode.DeadlineExceeded => "A stage did not answer in time. A change may be made nevertheless: see whether it is there before making it again.",
        _ => status.Detail,
    };

    [LoggerMessage(EventId = 700, Level = LogLevel.Error, Message = "{Method} {Endpoint} failed.")]
    private partial void LogDefect(string method, string? endpoint, Exception exception);

    [LoggerMessage(EventId = 701, Level = LogLevel.Warning, Message = "{Endpoint}: a stage answered {Status}: {Detail}")]
    private partial void LogStage(string? endpoint, StatusCode status, string detail);
}
