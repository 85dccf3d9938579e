namespace Cdp.Engines;

/// <summary>A server that answers MongoDB's wire protocol; this machine's is a stand-in, not MongoDB.</summary>
public sealed class MongoEngine() : Engine("mongo-wire", "CDP_TEST_MONGODB");
