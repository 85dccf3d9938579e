using Cdp.Archives;
using Cdp.Profile;
using Cdp.Profile.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedProfile
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static ProfileBuilder UseEmbedded(this ProfileBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton<IProfileStore>(_ => new EmbeddedProfileStore(directory));
        builder.Services.AddSingleton<IArchived>(s => new ProfileArchives(((EmbeddedProfileStore)s.GetRequiredService<IProfileStore>()).Database));
        return builder;
    }
}
