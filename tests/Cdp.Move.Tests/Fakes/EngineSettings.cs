using Cdp.Engines;
using MongoDB.Driver;

namespace Cdp.Move.Tests.Fakes;

/// <summary>Settings for engines, with names of a test's own.</summary>
internal static class EngineSettings
{
    /// <summary>MongoDB, and Kafka where it is given. Skips the test where one of them is missing.</summary>
    public static async Task<string[]> OfAsync(MongoEngine mongo, KafkaEngine? kafka)
    {
        var name = $"cdp_test_{Guid.NewGuid():n}";
        var stop = TestContext.Current.CancellationToken;
        var state = $"--ConnectionStrings:mongodb={new MongoUrlBuilder(await mongo.ConnectAsync(stop)) { DatabaseName = name }}";
        return kafka is null ? [state] : [state, $"--ConnectionStrings:kafka={await kafka.ConnectAsync(stop)}", $"--Cdp:Kafka:TopicPrefix={name}"];
    }
}
