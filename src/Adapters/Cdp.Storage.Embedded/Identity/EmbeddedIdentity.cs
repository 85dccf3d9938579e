using Cdp.Archives;
using Cdp.Identity;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedIdentity
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static IdentityBuilder UseEmbedded(this IdentityBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton<IIdentityStore>(_ => new EmbeddedIdentityStore(directory));
        builder.Services.AddSingleton<IRuleStore>(s => new EmbeddedRuleStore((EmbeddedIdentityStore)s.GetRequiredService<IIdentityStore>()));
        builder.Services.AddSingleton<IArchived>(s => new IdentityArchives(((EmbeddedIdentityStore)s.GetRequiredService<IIdentityStore>()).Database));
        return builder.UseEmbeddedDryRuns();
    }

    /// <summary>Keeps the persons of a dry run under <c>Cdp:DataDirectory</c> while it runs, wherever the stage's state is.</summary>
    public static IdentityBuilder UseEmbeddedDryRuns(this IdentityBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton<IDryRunStores>(_ => new EmbeddedDryRunStores(directory));
        return builder;
    }
}
