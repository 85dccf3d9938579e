using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Identity;

/// <summary>The stage's collections as records.</summary>
internal sealed class IdentityArchives(MongoStage stage) : IArchived
{
    private const int PageRecords = 1000;
    private readonly IMongoCollection<BsonDocument> _persons = stage.Collection(MongoPersons.Persons);
    private readonly IMongoCollection<BsonDocument> _merges = stage.Collection("merges");

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<Person>(IdentityModule.Name, "persons", ReadPersonsAsync, WritePersonsAsync),
        new Archive<Merge>(IdentityModule.Name, "merges", ReadMergesAsync, WriteMergesAsync),
        .. new EvidenceArchives(stage).Archives,
        new PositionArchive(stage, [MongoIdentityStore.LastMerge, MongoIdentityStore.LastTie]).Archive,
    ];

    private async Task<RecordPage<Person>> ReadPersonsAsync(string cursor, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument { { "_id", new BsonDocument("$gt", cursor) }, { "created_at", new BsonDocument("$exists", true) } };
        var found = await _persons.Find(filter).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        var ids = found.Select(d => d["_id"].AsString).ToList();
        var reader = new MongoPersons(stage);
        var (persons, absorbed) = (await reader.LoadAsync(ids, cancellationToken), await reader.AbsorbedByAsync(ids, cancellationToken));
        return new RecordPage<Person>([.. ids.Select(id => ToRecord(persons[id], absorbed[id]))], found.Count == PageRecords ? ids[^1] : null);
    }

    private static Person ToRecord(StoredPerson person, IEnumerable<string> absorbed)
    {
        var record = new Person { Id = person.Id, CreatedAt = person.CreatedAt };
        record.Identifiers.AddRange(person.Identifiers
            .OrderBy(i => i.Key.Type, StringComparer.Ordinal).ThenBy(i => i.Key.Value, StringComparer.Ordinal)
            .Select(i => new PersonIdentifier
            {
                Identifier = new Identifier { Type = i.Key.Type, Value = i.Key.Value },
                CreatedAt = i.CreatedAt,
                SourceId = i.SourceId,
                MessageId = i.MessageId,
            }));
        record.AbsorbedIds.AddRange(absorbed.Order(StringComparer.Ordinal));
        return record;
    }

    private Task WritePersonsAsync(IReadOnlyList<Person> persons, CancellationToken cancellationToken)
    {
        var writes = new List<DocumentWrite>();
        foreach (var person in persons)
        {
            writes.Add(MongoPersons.Put(person.Id, person.CreatedAt));
            writes.AddRange(person.Identifiers.Select(i => MongoPersons.Put(
                person.Id, new StoredIdentifier(new IdentifierKey(i.Identifier.Type, i.Identifier.Value), i.CreatedAt, i.SourceId, i.MessageId))));
            writes.AddRange(person.AbsorbedIds.Select(id => MongoPersons.PutAbsorbed(id, person.Id)));
        }
        return stage.CommitAsync(writes, null, cancellationToken);
    }

    private async Task<RecordPage<Merge>> ReadMergesAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var filter = new BsonDocument { { "_id", new BsonDocument("$gt", after) }, { "absorbed", new BsonDocument("$exists", true) } };
        var found = await _merges.Find(filter).Sort(new BsonDocument("_id", 1)).Limit(PageRecords).ToListAsync(cancellationToken);
        return new RecordPage<Merge>(
            [.. found.Select(d => Merge.Parser.ParseFrom(d["merge"].AsByteArray))],
            found.Count == PageRecords ? found[^1]["_id"].AsInt64.ToString(CultureInfo.InvariantCulture) : null);
    }

    private Task WriteMergesAsync(IReadOnlyList<Merge> merges, CancellationToken cancellationToken) => stage.CommitAsync(
        [.. merges.Select(MongoIdentityStore.Put)],
        null,
        cancellationToken);
}
