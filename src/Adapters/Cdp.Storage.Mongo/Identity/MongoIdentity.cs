using Cdp.Archives;
using Cdp.Identity;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>Chooses MongoDB for the stage.</summary>
public static class MongoIdentity
{
    /// <summary>Keeps the stage's state in MongoDB. The stage's <see cref="MongoStage"/> must be registered under its name.</summary>
    public static IdentityBuilder UseMongo(this IdentityBuilder builder)
    {
        builder.Services.AddSingleton<IIdentityStore>(s => new MongoIdentityStore(Stage(s)));
        builder.Services.AddSingleton<IRuleStore>(s => new MongoRuleStore(Stage(s)));
        builder.Services.AddSingleton<IArchived>(s => new IdentityArchives(Stage(s)));
        return builder;
    }

    private static MongoStage Stage(IServiceProvider services) => services.GetRequiredKeyedService<MongoStage>(IdentityModule.Name);
}
