using Cdp.Contracts.Profile.V1;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Dispatching;

/// <summary>Reads profiles as of the moment of sending, many with one call.</summary>
internal sealed class ProfileLookup
{
    private const int ProfilesPerCall = 200;
    private readonly ProfileService.ProfileServiceClient _profiles;
    private readonly Batcher<string, ProfileDocument?> _batcher;

    public ProfileLookup(ProfileService.ProfileServiceClient profiles, TimeProvider time, ILogger<ProfileLookup> logger)
    {
        _profiles = profiles;
        _batcher = new Batcher<string, ProfileDocument?>(ReadAsync, ProfilesPerCall, time, logger);
    }

    /// <summary>The profile of an id, absorbed or not; null where it was deleted. Waits while the profile stage is away.</summary>
    public Task<ProfileDocument?> FindAsync(string id, CancellationToken cancellationToken) => _batcher.AskAsync(id, cancellationToken);

    public Task RunAsync(CancellationToken cancellationToken) => _batcher.RunAsync(cancellationToken);

    public void Complete() => _batcher.Complete();

    private async Task<IReadOnlyList<ProfileDocument?>> ReadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var request = new GetProfilesRequest { Ids = { ids.Distinct(StringComparer.Ordinal) } };
        var response = await _profiles.GetProfilesAsync(request, cancellationToken: cancellationToken);
        var byId = new Dictionary<string, ProfileDocument>(StringComparer.Ordinal);
        foreach (var profile in response.Profiles)
        {
            byId[profile.Id] = profile;
            foreach (var absorbed in profile.AbsorbedIds)
                byId[absorbed] = profile;
        }
        return [.. ids.Select(byId.GetValueOrDefault)];
    }
}
