using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Rest.Tests.Fakes;
using ActivationStatus = Cdp.Contracts.Activation.V1;
using ProfileStatus = Cdp.Contracts.Profile.V1;
using SegmentStatus = Cdp.Contracts.SegmentSearch.V1;

namespace Cdp.Rest.Tests.Pipeline;

public sealed class PipelineEndpointsTests
{
    [Fact]
    public async Task Get_EachStageBehind_TellsTheLags()
    {
        await using var server = await RestServer.StartAsync(stages =>
        {
            stages.Answer<GetLogHeadsRequest, GetLogHeadsResponse>(_ => new GetLogHeadsResponse
            {
                Heads = { new FeedPosition { Partition = 0, Offset = 10 }, new FeedPosition { Partition = 1, Offset = 5 } },
            });
            stages.Answer<ProfileStatus.GetStatusRequest, ProfileStatus.GetStatusResponse>(_ => new ProfileStatus.GetStatusResponse
            {
                Positions = { new FeedPosition { Partition = 0, Offset = 7 } },
                Sequence = 20,
                Profiles = 4,
            });
            stages.Answer<SegmentStatus.GetStatusRequest, SegmentStatus.GetStatusResponse>(_ => new SegmentStatus.GetStatusResponse { ProfileSequence = 18, Sequence = 9 });
            stages.Answer<ActivationStatus.GetStatusRequest, ActivationStatus.GetStatusResponse>(_ => new ActivationStatus.GetStatusResponse { MembershipSequence = 8, Pending = 3 });
        });

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/pipeline");

        Assert.Equal("""{"events":15,"profile_lag":8,"profiles":4,"segment_lag":2,"activation_lag":1,"pending_deliveries":3}""", body!.ToJsonString());
    }
}
