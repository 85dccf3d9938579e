using Cdp.Engines;

// One broker serves all tests; those that break one start their own.
[assembly: AssemblyFixture(typeof(KafkaEngine))]
