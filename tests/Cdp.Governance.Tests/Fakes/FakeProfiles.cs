using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>Profiles and their timelines: the events of the log that carry one of their ids.</summary>
internal sealed class FakeProfiles(FakePlatform platform) : ProfileService.ProfileServiceBase
{
    // What the profile stage knows of the log does not change when the log erases.
    private readonly List<string> _timeline = [];

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => Task.FromResult(new GetStatusResponse
    {
        Positions = { new FeedPosition { Offset = platform.ProfilesHeldAt ?? platform.Log.Count } },
        Sequence = platform.ProfileSequence,
    });

    public override Task<GetProfilesResponse> GetProfiles(GetProfilesRequest request, ServerCallContext context)
    {
        var response = new GetProfilesResponse();
        foreach (var id in request.Ids.Select(id => FakePlatform.Canonical(platform.Profiles, id)).OfType<string>().Distinct())
            response.Profiles.Add(new ProfileDocument { Id = id, AbsorbedIds = { platform.Profiles[id] } });
        return Task.FromResult(response);
    }

    public override async Task ListEventPositions(
        ListEventPositionsRequest request, IServerStreamWriter<EventPositions> responseStream, ServerCallContext context)
    {
        for (var i = _timeline.Count; i < platform.Log.Count; i++)
            _timeline.Add(platform.Log[i] ?? "");
        if (FakePlatform.Canonical(platform.Profiles, request.ProfileId) is not { } id)
            return;
        for (var i = 0; i < _timeline.Count; i++)
        {
            if (_timeline[i] == id || platform.Profiles[id].Contains(_timeline[i]))
                await responseStream.WriteAsync(new EventPositions { Positions = { new FeedPosition { Offset = i } } }, context.CancellationToken);
        }
    }

    public override Task<EraseProfileResponse> EraseProfile(EraseProfileRequest request, ServerCallContext context)
    {
        var id = FakePlatform.Canonical(platform.Profiles, request.ProfileId);
        if (id is null || !platform.Profiles.Remove(id))
            return Task.FromResult(new EraseProfileResponse());
        platform.ProfileSequence++;
        return Task.FromResult(new EraseProfileResponse { Erased = true });
    }
}
