using Cdp.Contracts.Activation.V1;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>Deliveries; erasing before the exits were seen would be undone by the changes before them.</summary>
internal sealed class FakeActivation(FakePlatform platform) : ActivationService.ActivationServiceBase
{
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) =>
        Task.FromResult(new GetStatusResponse { MembershipSequence = platform.ActivationHeldAt ?? platform.MembershipSequence });

    public override Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context) =>
        Task.FromResult(new EraseProfileResponse
        {
            Erased = (platform.ActivationHeldAt ?? platform.MembershipSequence) < platform.MembershipSequence
                ? 0
                : platform.Deliveries.RemoveWhere(request.ProfileIds.Contains),
        });
}
