using Cdp.Contracts.Activation.V1;
using Grpc.Core;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>An activation stage that has read the feed of entries and exits as far as a test says.</summary>
internal sealed class FakeActivation : ActivationService.ActivationServiceBase
{
    private int _asked;

    /// <summary>Sequence up to which it has read.</summary>
    public long Read { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _asked);
        return Task.FromResult(new GetStatusResponse { MembershipSequence = Read });
    }
}
