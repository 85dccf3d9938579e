namespace Cdp.Engines;

/// <summary>An OpenSearch node.</summary>
public sealed class OpenSearchEngine() : Engine("opensearch", "CDP_TEST_OPENSEARCH");
