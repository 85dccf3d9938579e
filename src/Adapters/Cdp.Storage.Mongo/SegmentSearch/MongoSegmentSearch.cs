using Cdp.SegmentSearch;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>Chooses MongoDB for the stage.</summary>
public static class MongoSegmentSearch
{
    /// <summary>Keeps the stage's state in MongoDB. The stage's <see cref="MongoStage"/> must be registered under its name.</summary>
    public static SegmentSearchBuilder UseMongo(this SegmentSearchBuilder builder)
    {
        builder.Services.AddSingleton(s => new MongoSegmentStore(s.GetRequiredKeyedService<MongoStage>(SegmentSearchModule.Name)));
        builder.Services.AddSingleton<ISegmentStore>(s => s.GetRequiredService<MongoSegmentStore>());
        builder.Services.AddHostedService<RemovedSegmentSweeper>();
        return builder;
    }
}
