using Cdp.Contracts.Governance.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>An audit trail that notes what is recorded, and can refuse or hang.</summary>
internal sealed class RecordingAudit : AuditService.AuditServiceBase
{
    public List<RecordAuditRequest> Entries { get; } = [];

    /// <summary>Runs before an entry is noted.</summary>
    public Func<ServerCallContext, Task> OnRecord { get; set; } = _ => Task.CompletedTask;

    public override async Task<RecordAuditResponse> RecordAudit(RecordAuditRequest request, ServerCallContext context)
    {
        await OnRecord(context);
        Entries.Add(request);
        return new RecordAuditResponse { Sequence = Entries.Count };
    }

    public AuditService.AuditServiceClient Connect()
    {
        var methods = new InProcessMethods();
        AuditService.BindService(methods, this);
        return new AuditService.AuditServiceClient(new InProcessCallInvoker(methods));
    }
}
