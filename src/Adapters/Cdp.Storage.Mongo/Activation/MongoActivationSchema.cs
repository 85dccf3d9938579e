using Cdp.Activation;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>
/// Collections of the activation stage. A pending delivery has the field <c>lane</c> (a destination and a person); the earliest
/// of a lane also has <c>turn</c> and <c>due_at</c>, so what is to be sent next is read from one index, however much waits
/// behind. An entry has <c>told</c> until there is an exit after it.
/// </summary>
public static class MongoActivationSchema
{
    internal const string Destinations = "destinations";
    internal const string Activations = "activations";
    internal const string Deliveries = "deliveries";
    internal const string Cancellations = "cancellations";
    internal const string Keys = "keys";

    /// <summary>Destinations; activations; deliveries; whose pending deliveries are still to be cancelled; the keys that encrypt secrets.</summary>
    public static StageSchema Schema { get; } = new(ActivationModule.Name, new Dictionary<string, IReadOnlyDictionary<string, BsonDocument>>
    {
        [Destinations] = new Dictionary<string, BsonDocument>(),
        [Activations] = new Dictionary<string, BsonDocument> { ["by_id"] = new("id", 1), ["by_destination"] = new("destination", 1) },
        [Deliveries] = new Dictionary<string, BsonDocument>
        {
            ["by_number"] = new("number", 1),
            ["by_person"] = new() { { "person", 1 }, { "number", 1 } },
            ["by_profile"] = new() { { "profile", 1 }, { "number", 1 } },
            ["by_destination"] = new() { { "destination", 1 }, { "number", 1 } },
            ["by_state"] = new() { { "state", 1 }, { "number", 1 } },
            ["by_lane"] = new() { { "lane", 1 }, { "number", 1 } },
            ["by_turn"] = new("turn", 1),
            ["by_due"] = new() { { "destination", 1 }, { "due_at", 1 }, { "number", 1 } },
            ["by_told"] = new("told", 1),
            ["by_age"] = new() { { "told", 1 }, { "created_at", 1 } },
        },
        [Cancellations] = new Dictionary<string, BsonDocument>(),
        [Keys] = new Dictionary<string, BsonDocument>(),
    })
    {
        Partial = new Dictionary<string, string>
        {
            [$"{Deliveries}.by_lane"] = "lane",
            [$"{Deliveries}.by_turn"] = "turn",
            [$"{Deliveries}.by_due"] = "due_at",
            [$"{Deliveries}.by_told"] = "told",
        },
    };
}
