using Cdp.Contracts.SegmentSearch.V1;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>Segment members; erasing before the profile's deletion was seen would be undone by the changes before it.</summary>
internal sealed class FakeSegments(FakePlatform platform) : SegmentService.SegmentServiceBase
{
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => Task.FromResult(new GetStatusResponse
    {
        ProfileSequence = platform.SegmentsHeldAt ?? platform.ProfileSequence,
        Sequence = platform.MembershipSequence,
    });

    public override Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context)
    {
        if ((platform.SegmentsHeldAt ?? platform.ProfileSequence) < platform.ProfileSequence)
            return Task.FromResult(new EraseProfileResponse());
        if (platform.Members.RemoveWhere(request.ProfileIds.Contains) > 0)
            platform.MembershipSequence++;
        return Task.FromResult(new EraseProfileResponse());
    }
}
