using Cdp.Engines;

[assembly: AssemblyFixture(typeof(OpenSearchEngine))]

namespace Cdp.SegmentSearch.Tests.Search;

public sealed class OpenSearchProfileSearchTests(OpenSearchEngine engine) : ElasticFaultSuite(engine);
