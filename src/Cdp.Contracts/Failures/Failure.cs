using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Cdp.Contracts.Failures;

/// <summary>One wrong input: where it stands and what was expected there.</summary>
/// <param name="Field">Path of the field in snake case, such as <c>condition.and[1].op</c>.</param>
/// <param name="Description">What was found and what was expected. Holds no personal data.</param>
public readonly record struct FieldError(string Field, string Description);

/// <summary>
/// The errors that services answer with: gRPC status codes with details of the
/// <see href="https://cloud.google.com/apis/design/errors">google.rpc error model</see>.
/// </summary>
public static class Failure
{
    /// <summary>Input is wrong; names every wrong field at once.</summary>
    public static RpcException Invalid(IReadOnlyCollection<FieldError> errors)
    {
        var details = new BadRequest();
        foreach (var error in errors)
            details.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = error.Field, Description = error.Description });
        return new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = string.Join("; ", errors.Select(e => e.Field.Length == 0 ? e.Description : $"{e.Field}: {e.Description}")),
            Details = { Any.Pack(details) },
        }.ToRpcException();
    }

    /// <summary>Input is wrong in one field.</summary>
    public static RpcException Invalid(string field, string description) => Invalid([new FieldError(field, description)]);

    /// <summary>There is no such thing.</summary>
    public static RpcException NotFound(string kind, string id) =>
        new(new Grpc.Core.Status(StatusCode.NotFound, $"There is no {kind} '{id}'."));

    /// <summary>There is such a thing already.</summary>
    public static RpcException AlreadyExists(string kind, string id) =>
        new(new Grpc.Core.Status(StatusCode.AlreadyExists, $"There is a {kind} '{id}' already."));

    /// <summary>The thing is not in a state that allows the call.</summary>
    public static RpcException Precondition(string message) =>
        new(new Grpc.Core.Status(StatusCode.FailedPrecondition, message));

    /// <summary>A passing condition, such as a full disk: the same call may succeed later.</summary>
    public static RpcException Unavailable(string message) =>
        new(new Grpc.Core.Status(StatusCode.Unavailable, message));

    /// <summary>The fields that an <see cref="StatusCode.InvalidArgument"/> error names; empty for other errors.</summary>
    public static IReadOnlyList<FieldError> FieldErrors(RpcException exception)
    {
        var details = exception.GetRpcStatus()?.GetDetail<BadRequest>();
        return details is null ? [] : [.. details.FieldViolations.Select(v => new FieldError(v.Field, v.Description))];
    }
}
