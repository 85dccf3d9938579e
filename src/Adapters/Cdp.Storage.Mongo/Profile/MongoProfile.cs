using Cdp.Archives;
using Cdp.Profile;
using Cdp.Profile.Store;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Chooses MongoDB for the stage.</summary>
public static class MongoProfile
{
    /// <summary>Keeps the stage's state in MongoDB. The stage's <see cref="MongoStage"/> must be registered under its name.</summary>
    public static ProfileBuilder UseMongo(this ProfileBuilder builder)
    {
        builder.Services.AddSingleton<IProfileStore>(s => new MongoProfileStore(Stage(s)));
        builder.Services.AddSingleton<IArchived>(s => new ProfileArchives(Stage(s), (MongoProfileStore)s.GetRequiredService<IProfileStore>()));
        return builder;
    }

    private static MongoStage Stage(IServiceProvider services) => services.GetRequiredKeyedService<MongoStage>(ProfileModule.Name);
}
