using Cdp.Collection;
using Cdp.Collection.Discards;
using Cdp.Collection.Imports;
using Cdp.Collection.Sources;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.Collection;

/// <summary>Chooses MongoDB for what the stage keeps beside the event log.</summary>
public static class MongoCollectionState
{
    /// <summary>Keeps sources, discards and imports in MongoDB. The stage's <see cref="MongoStage"/> must be registered under its name.</summary>
    public static CollectionBuilder UseMongoState(this CollectionBuilder builder)
    {
        builder.Services.AddSingleton<ISourceStore>(s => new MongoSourceStore(Stage(s)));
        builder.Services.AddSingleton<IDiscardStore>(s => new MongoDiscardStore(Stage(s)));
        builder.Services.AddSingleton<IImportStore>(s => new MongoImportStore(Stage(s)));
        return builder;
    }

    private static MongoStage Stage(IServiceProvider services) => services.GetRequiredKeyedService<MongoStage>(CollectionModule.Name);
}
