using Cdp.SegmentSearch;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Search;
using Cdp.Storage.Elastic.Connection;
using Cdp.Storage.Elastic.Indices;
using Cdp.Storage.Elastic.Searching;
using Cdp.Storage.Elastic.Writing;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Elastic;

/// <summary>Lets a search engine answer searches and previews.</summary>
public static class ElasticSegmentSearch
{
    /// <summary>
    /// Searches profiles with the Elasticsearch or OpenSearch at <c>ConnectionStrings:elasticsearch</c>, in addition to a store.
    /// </summary>
    public static SegmentSearchBuilder UseElasticsearch(this SegmentSearchBuilder builder)
    {
        var services = builder.Services;
        var address = ElasticAddress.Of(builder.Host.Configuration);
        services.AddOptions<ElasticOptions>().BindConfiguration(ElasticOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(address);
        services.AddElasticClient(ElasticClient.Name, address);
        services.AddElasticClient(ElasticClient.BulkName, address);
        services.AddSingleton<ElasticClient>();
        services.AddSingleton<EngineState>();
        services.AddSingleton<IndexNames>();
        services.AddSingleton<ProfileIndices>();
        services.AddSingleton<IndexReader>();
        services.AddSingleton<IndexComparison>();
        services.AddSingleton<BulkWriter>();
        services.AddSingleton<Freshness>();
        services.AddSingleton<IndexFollower>();
        services.AddSingleton<IIndexFollower>(provider => provider.GetRequiredService<IndexFollower>());
        services.AddSingleton<IProfileSearch, ElasticProfileSearch>();
        services.AddHostedService<ProfileIndexer>();
        services.AddHealthChecks().AddCheck<ElasticHealthCheck>("elasticsearch");
        return builder;
    }
}
