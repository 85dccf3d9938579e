using Cdp.Archives;
using Cdp.Identity;
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
        return builder;
    }
}
