namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>Tests that break engines: one at a time, since each runs a platform and three engines of its own.</summary>
[CollectionDefinition(nameof(FaultyEngines), DisableParallelization = true)]
public sealed class EngineFaultsCollection;
