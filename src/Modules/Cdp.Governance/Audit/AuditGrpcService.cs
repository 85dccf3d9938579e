using System.Globalization;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Paging;
using Grpc.Core;

namespace Cdp.Governance.Audit;

/// <summary>The audit trail over gRPC.</summary>
public sealed class AuditGrpcService(IAuditStore store, TimeProvider time) : AuditService.AuditServiceBase
{
    private const int Longest = 200;

    /// <inheritdoc />
    public override async Task<RecordAuditResponse> RecordAudit(RecordAuditRequest request, ServerCallContext context)
    {
        var errors = new List<FieldError>();
        Require(errors, "actor", request.Actor);
        Require(errors, "action", request.Action);
        if (request.Target.Length > Longest)
            errors.Add(new FieldError("target", $"has {request.Target.Length} characters; at most {Longest} are taken"));
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        var entry = new AuditEntry
        {
            At = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Actor = request.Actor,
            Action = request.Action,
            Target = request.Target,
        };
        return new RecordAuditResponse { Sequence = await store.AppendAsync(entry, context.CancellationToken) };
    }

    /// <inheritdoc />
    public override async Task<ListAuditResponse> ListAudit(ListAuditRequest request, ServerCallContext context)
    {
        var limit = Page.Limit(request.Limit);
        var entries = await store.ListAsync(Page.Before(request.Cursor), limit, context.CancellationToken);
        return new ListAuditResponse
        {
            Entries = { entries },
            NextCursor = entries.Count == limit ? entries[^1].Sequence.ToString(CultureInfo.InvariantCulture) : "",
        };
    }

    private static void Require(List<FieldError> errors, string field, string value)
    {
        if (value.Length is 0 or > Longest)
            errors.Add(new FieldError(field, $"has {value.Length} characters; expected 1 to {Longest}"));
    }
}
