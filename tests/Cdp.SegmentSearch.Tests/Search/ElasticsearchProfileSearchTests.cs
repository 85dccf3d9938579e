using Cdp.Engines;

[assembly: AssemblyFixture(typeof(ElasticsearchEngine))]

namespace Cdp.SegmentSearch.Tests.Search;

public sealed class ElasticsearchProfileSearchTests(ElasticsearchEngine engine) : ElasticFaultSuite(engine);
