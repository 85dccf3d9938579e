using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Grpc.Core;

namespace Cdp.Governance.Regulations;

/// <summary>Finds under which ids a person is kept.</summary>
internal sealed class PersonFinder(
    IdentityService.IdentityServiceClient identity, ProfileService.ProfileServiceClient profiles, TimeProvider time)
{
    private const int Page = 1_000;

    /// <summary>Canonical and absorbed ids in identity, the ids already known first; empty where nobody is known.</summary>
    public async Task<IReadOnlyList<string>> FindIdsAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> asked = regulation.Regulation.ProfileIds;
        try
        {
            var person = regulation.Identifier is { } identifier
                ? await StageCalls.CallAsync(identity.LookupAsync, new LookupRequest { Identifier = identifier }, time, cancellationToken)
                : await StageCalls.CallAsync(identity.GetPersonAsync, new GetPersonRequest { Id = asked[0] }, time, cancellationToken);
            return [.. asked.Append(person.Id).Concat(person.AbsorbedIds).Distinct(StringComparer.Ordinal)];
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            // An id that identity does not know may still have leavings elsewhere: they go all the same.
            return asked;
        }
    }

    /// <summary>Profiles that are kept under any of some ids, canonical or absorbed, each once.</summary>
    public async Task<IReadOnlyList<ProfileDocument>> FindProfilesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ProfileDocument>(StringComparer.Ordinal);
        foreach (var page in ids.Chunk(Page))
        {
            var answer = await StageCalls.CallAsync(profiles.GetProfilesAsync, new GetProfilesRequest { Ids = { page } }, time, cancellationToken);
            foreach (var profile in answer.Profiles)
                found[profile.Id] = profile;
        }
        return [.. found.Values];
    }
}
