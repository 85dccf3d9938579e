using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>A stored profile as document and back, without loss. Names that users choose are values, never field names.</summary>
internal static class ProfileMapping
{
    /// <summary>Lists of a document; what does not fit goes into parts, the last first.</summary>
    public static readonly string[] Lists = ["identifiers", "positions", "consents", "groups", "absorbed", "traits", "removed"];

    public static BsonDocument ToBson(StoredProfile stored)
    {
        var profile = stored.Document;
        var document = new BsonDocument
        {
            { "version", profile.Version },
            { "created_at", profile.CreatedAt },
            { "updated_at", profile.UpdatedAt },
            { "first_seen", profile.FirstSeen },
            { "last_seen", profile.LastSeen },
            { "event_count", profile.EventCount },
        };
        Add("identifiers", profile.Identifiers.Select(ToBson));
        Add("positions", stored.Positions.Select(p => Place(p, [])));
        Add("consents", profile.Consents.Select(ToBson));
        Add("groups", profile.GroupIds.Select(g => new BsonString(g)));
        Add("absorbed", profile.AbsorbedIds.Select(a => new BsonString(a)));
        Add("traits", profile.Traits.Select(ToBson));
        Add("removed", stored.RemovedTraits.Select(ToBson));
        return document;

        void Add(string name, IEnumerable<BsonValue> values)
        {
            var list = new BsonArray(values);
            if (list.Count > 0)
                document[name] = list;
        }
    }

    /// <summary>The profile of a document and the parts that belong to it, in order.</summary>
    public static StoredProfile FromBson(BsonDocument document, IReadOnlyList<BsonDocument> parts)
    {
        var profile = new ProfileDocument
        {
            Id = document["_id"].AsString,
            Version = document["version"].AsInt64,
            CreatedAt = document["created_at"].AsInt64,
            UpdatedAt = document["updated_at"].AsInt64,
            FirstSeen = document["first_seen"].AsInt64,
            LastSeen = document["last_seen"].AsInt64,
            EventCount = document["event_count"].AsInt64,
        };
        var stored = new StoredProfile { Document = profile };
        foreach (var part in (IEnumerable<BsonDocument>)[document, .. parts])
        {
            profile.Identifiers.AddRange(List(part, "identifiers").Select(ToIdentifier));
            stored.Positions.AddRange(List(part, "positions").Select(p => Place(p.AsBsonDocument) ?? new FeedPosition()));
            profile.Consents.AddRange(List(part, "consents").Select(ToConsent));
            profile.GroupIds.AddRange(List(part, "groups").Select(g => g.AsString));
            profile.AbsorbedIds.AddRange(List(part, "absorbed").Select(a => a.AsString));
            profile.Traits.AddRange(List(part, "traits").Select(ToTrait));
            stored.RemovedTraits.AddRange(List(part, "removed").Select(ToTrait));
        }
        return stored;
    }

    private static BsonArray List(BsonDocument document, string name) => document.TryGetValue(name, out var list) ? list.AsBsonArray : [];

    private static BsonDocument ToBson(ProfileIdentifier identifier) => new()
    {
        { "t", identifier.Identifier.Type }, { "v", identifier.Identifier.Value }, { "at", identifier.FirstSeen }, { "source_id", identifier.SourceId },
    };

    private static ProfileIdentifier ToIdentifier(BsonValue value) => new()
    {
        Identifier = new Identifier { Type = value["t"].AsString, Value = value["v"].AsString },
        FirstSeen = value["at"].AsInt64,
        SourceId = value["source_id"].AsString,
    };

    private static BsonDocument ToBson(ConsentPreference consent) =>
        Place(consent.Position, new() { { "n", consent.Category }, { "v", consent.Granted }, { "at", consent.UpdatedAt }, { "source_id", consent.SourceId } });

    private static ConsentPreference ToConsent(BsonValue value) => new()
    {
        Category = value["n"].AsString,
        Granted = value["v"].AsBoolean,
        UpdatedAt = value["at"].AsInt64,
        SourceId = value["source_id"].AsString,
        Position = Place(value.AsBsonDocument),
    };

    private static BsonDocument ToBson(Trait trait)
    {
        var document = new BsonDocument { { "n", trait.Name } };
        var (value, isExact) = TraitValue.From(trait.Json);
        if (value is not null)
            document["v"] = value;
        if (!isExact)
            document["json"] = trait.Json;
        return Place(trait.Position, document.Add("at", trait.UpdatedAt).Add("source_id", trait.SourceId).Add("message_id", trait.MessageId));
    }

    private static Trait ToTrait(BsonValue value) => new()
    {
        Name = value["n"].AsString,
        Json = value.AsBsonDocument.TryGetValue("json", out var json) ? json.AsString : TraitValue.ToJson(value["v"]),
        UpdatedAt = value["at"].AsInt64,
        SourceId = value["source_id"].AsString,
        MessageId = value["message_id"].AsString,
        Position = Place(value.AsBsonDocument),
    };

    private static BsonDocument Place(FeedPosition? position, BsonDocument document) =>
        position is null ? document : document.Add("p", position.Partition).Add("o", position.Offset);

    private static FeedPosition? Place(BsonDocument document) =>
        document.TryGetValue("p", out var partition) ? new FeedPosition { Partition = partition.AsInt32, Offset = document["o"].AsInt64 } : null;
}
