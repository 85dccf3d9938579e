using Cdp.Activation;
using Cdp.Collection;
using Cdp.Governance;
using Cdp.Identity;
using Cdp.Profile;
using Cdp.SegmentSearch;
using Cdp.Storage.Embedded.Activation;
using Cdp.Storage.Embedded.Collection;
using Cdp.Storage.Embedded.Governance;
using Cdp.Storage.Embedded.Identity;
using Cdp.Storage.Embedded.Profile;
using Cdp.Storage.Embedded.SegmentSearch;
using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Standalone;

/// <summary>All six stages on embedded stores.</summary>
internal static class Stages
{
    public static void AddStages(this WebApplicationBuilder builder)
    {
        string[] names = [CollectionModule.Name, IdentityModule.Name, ProfileModule.Name, SegmentSearchModule.Name, ActivationModule.Name, GovernanceModule.Name];
        foreach (var name in names)
            builder.LockDataDirectory(name);
        builder.AddGovernance().UseEmbedded();
        builder.AddCollection().UseEmbedded();
        builder.AddIdentity().UseEmbedded();
        builder.AddProfile().UseEmbedded();
        builder.AddSegmentSearch().UseEmbedded();
        builder.AddActivation().UseEmbedded();
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
