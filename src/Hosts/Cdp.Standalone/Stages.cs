using Cdp.Activation;
using Cdp.Collection;
using Cdp.Governance;
using Cdp.Identity;
using Cdp.Profile;
using Cdp.SegmentSearch;
using Cdp.Storage;

namespace Cdp.Standalone;

/// <summary>All six stages, on embedded stores unless engines are configured.</summary>
internal static class Stages
{
    public static readonly IReadOnlyList<string> Names =
        [CollectionModule.Name, IdentityModule.Name, ProfileModule.Name, SegmentSearchModule.Name, ActivationModule.Name, GovernanceModule.Name];

    public static void AddStages(this WebApplicationBuilder builder)
    {
        builder.AddGovernance().UseStores();
        builder.AddCollection().UseStores();
        builder.AddIdentity().UseStores();
        builder.AddProfile().UseStores();
        builder.AddSegmentSearch().UseStores();
        builder.AddActivation().UseStores();
    }

    public static void MapStages(this WebApplication app)
    {
        app.MapGovernance();
        app.MapCollection();
        app.MapIdentity();
        app.MapProfile();
        app.MapSegmentSearch();
        app.MapActivation();
    }
}
