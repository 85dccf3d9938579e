using System.Security.Cryptography;
using System.Text;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Store;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.SegmentSearch;

/// <summary>
/// Segments, members and history as documents. A segment has a number of its own, so that one that is created under a key
/// that was in use before has nothing of the former one.
/// </summary>
internal static class SegmentMapping
{
    /// <summary>Id of a membership. What is left of it when it is deleted must not name the profile.</summary>
    public static string MembershipId(long segment, string profileId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{segment}/{profileId}")).AsSpan(0, 16));

    public static BsonDocument ToBson(SegmentDefinition definition, long number, long size) => new()
    {
        { "number", number },
        { "name", definition.Name },
        { "condition", definition.Condition },
        { "created_at", definition.CreatedAt },
        { "updated_at", definition.UpdatedAt },
        { "size", size },
    };

    public static SegmentDefinition ToDefinition(BsonDocument document) => new(
        document["_id"].AsString, document["name"].AsString, document["condition"].AsString, document["created_at"].AsInt64, document["updated_at"].AsInt64);

    public static BsonDocument ToMembership(long segment, MembershipChange entry) => new()
    {
        { "segment", segment }, { "profile", entry.ProfileId }, { "entered_at", entry.At }, { "sequence", entry.Sequence },
    };

    public static Member ToMember(BsonDocument document) => new()
    {
        ProfileId = document["profile"].AsString, EnteredAt = document["entered_at"].AsInt64, EnteredSequence = document["sequence"].AsInt64,
    };

    public static BsonDocument ToBson(long segment, MembershipChange change, string peerId) => new()
    {
        { "segment", segment },
        { "profile", change.ProfileId },
        { "entered", change.Entered },
        { "cause", (int)change.Cause },
        { "at", change.At },
        { "peer", peerId },
        { "ids", new BsonArray(peerId.Length == 0 ? [change.ProfileId] : new[] { change.ProfileId, peerId }) },
        { "traceparent", change.Traceparent, change.Traceparent.Length > 0 },
    };

    public static MembershipChange ToChange(BsonDocument document, string key) => new()
    {
        Sequence = document["_id"].AsInt64,
        SegmentKey = key,
        ProfileId = document["profile"].AsString,
        Entered = document["entered"].AsBoolean,
        Cause = (MembershipCause)document["cause"].AsInt32,
        At = document["at"].AsInt64,
        MergePeerId = document["peer"].AsString,
        Traceparent = document.GetValue("traceparent", "").AsString,
    };
}
