using Cdp.Activation;
using Cdp.Collection;
using Cdp.Governance;
using Cdp.Identity;
using Cdp.Profile;
using Cdp.SegmentSearch;
using Cdp.ServiceDefaults;
using Cdp.Storage;

namespace Cdp.Move.Sides;

/// <summary>Composes the stores of all stages as the platform does, and starts nothing.</summary>
internal static class StoresOfSide
{
    public static readonly IReadOnlyList<string> Stages =
        [GovernanceModule.Name, CollectionModule.Name, IdentityModule.Name, ProfileModule.Name, SegmentSearchModule.Name, ActivationModule.Name];

    /// <summary>The configuration of a side: engines that it is not to use are left out.</summary>
    public static WebApplicationBuilder Configure(string[] settings, params string[] without) =>
        CdpHost.CreateBuilder([.. settings, .. without.Append("elasticsearch").Select(engine => $"--ConnectionStrings:{engine}=")], "standalone");

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddGovernance().UseStores();
        builder.AddCollection().UseStores();
        builder.AddIdentity().UseStores();
        builder.AddProfile().UseStores();
        builder.AddSegmentSearch().UseStores();
        builder.AddActivation().UseStores();
        return builder.Build();
    }
}
