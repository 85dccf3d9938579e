using System.Collections.Concurrent;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>Profiles in memory. Everyone who is asked for exists, unless taken away.</summary>
internal sealed class FakeProfiles : ProfileService.ProfileServiceBase
{
    public FakeProfiles()
    {
        var methods = new InProcessMethods();
        ProfileService.BindService(methods, this);
        Client = new ProfileService.ProfileServiceClient(new InProcessCallInvoker(methods));
    }

    public ProfileService.ProfileServiceClient Client { get; }

    /// <summary>Profiles that are not as <see cref="Default"/> makes them; null: gone.</summary>
    public ConcurrentDictionary<string, ProfileDocument?> Known { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids in each call, in order.</summary>
    public ConcurrentQueue<int> Calls { get; } = new();

    public static ProfileDocument Default(string id) => new()
    {
        Id = id,
        Identifiers = { new ProfileIdentifier { Identifier = new Identifier { Type = "user_id", Value = $"user-{id}" } } },
        Traits = { new Trait { Name = "plan", Json = "\"pro\"" }, new Trait { Name = "orders", Json = "[1,2]" } },
    };

    public override Task<GetProfilesResponse> GetProfiles(GetProfilesRequest request, ServerCallContext context)
    {
        Calls.Enqueue(request.Ids.Count);
        var found = request.Ids.Select(id => Known.TryGetValue(id, out var known) ? known : Default(id)).OfType<ProfileDocument>();
        return Task.FromResult(new GetProfilesResponse { Profiles = { found } });
    }
}
