namespace Cdp.Engines;

/// <summary>An Elasticsearch node.</summary>
public sealed class ElasticsearchEngine() : Engine("elasticsearch", "CDP_TEST_ELASTICSEARCH");
