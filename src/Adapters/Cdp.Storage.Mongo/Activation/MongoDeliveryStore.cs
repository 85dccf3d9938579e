using System.Globalization;
using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Deliveries in MongoDB.</summary>
public sealed class MongoDeliveryStore(MongoStage stage) : IDeliveryStore
{
    internal const string Membership = "membership";
    internal const string Number = "number";
    private const int ErasedPerCommit = 1_000;
    private readonly IMongoCollection<BsonDocument> _deliveries = stage.Collection(MongoActivationSchema.Deliveries);
    private readonly IMongoCollection<BsonDocument> _destinations = stage.Collection(MongoActivationSchema.Destinations);
    private readonly IMongoCollection<BsonDocument> _activations = stage.Collection(MongoActivationSchema.Activations);

    /// <inheritdoc />
    public Task<long> PositionAsync(CancellationToken cancellationToken) => Task.FromResult(stage.Positions.GetValue(Membership, 0L).AsInt64);

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<string>> CommitAsync(MembershipCommit commit, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> awake = [];
        await stage.CommitAsync(
            async (positions, stop) =>
            {
                var rows = new DeliveryRows(_deliveries);
                var steps = new MembershipSteps(rows, commit.Now, positions.GetValue(Number, 0L).AsInt64);
                awake = await steps.TakeAsync(commit.Steps, stop);
                var made = rows.ToCommit(positions);
                made.Positions![Number] = steps.LastNumber;
                if (commit.Position is { } position)
                    made.Positions[Membership] = position;
                return made with { Writes = [.. made.Writes, .. await ProgressAsync(commit.Filled, stop)] };
            },
            cancellationToken);
        return awake;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<DueDelivery>> DueAsync(string destinationId, long now, int limit, CancellationToken cancellationToken)
    {
        var due = await Due(destinationId, "$lte", now).Sort(new BsonDocument { { "due_at", 1 }, { Number, 1 } }).Limit(limit).ToListAsync(cancellationToken);
        return [.. due.Select(DeliveryDocuments.MapDue)];
    }

    /// <inheritdoc />
    public async Task<long?> NextDueAsync(string destinationId, long now, CancellationToken cancellationToken)
    {
        var next = await Due(destinationId, "$gt", now).Sort(new BsonDocument { { "due_at", 1 }, { Number, 1 } }).Limit(1).FirstOrDefaultAsync(cancellationToken);
        return next?["due_at"].AsInt64;
    }

    /// <inheritdoc />
    public Task<bool> IsPendingAsync(string id, CancellationToken cancellationToken) =>
        _deliveries.Find(new BsonDocument { { "_id", id }, { "state", (int)DeliveryState.Pending } }).AnyAsync(cancellationToken);

    /// <inheritdoc />
    public Task RecordAsync(IReadOnlyCollection<DeliveryOutcome> outcomes, CancellationToken cancellationToken) => ChangeAsync(
        async (rows, stop) =>
        {
            await rows.LoadAsync("_id", outcomes.Select(outcome => outcome.Id).Distinct(), stop);
            var lanes = rows.All.Select(row => row.Lane).ToHashSet(StringComparer.Ordinal);
            foreach (var outcome in outcomes)
                rows.Find(outcome.Id)?.Record(outcome);
            return lanes;
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<bool> ReplayAsync(string id, long now, CancellationToken cancellationToken)
    {
        var replayed = false;
        await ChangeAsync(
            async (rows, stop) =>
            {
                await rows.LoadAsync("_id", [id], stop);
                var row = rows.Find(id);
                replayed = row?.State is DeliveryState.Delivered or DeliveryState.Blocked or DeliveryState.Dead
                    && await _destinations.Find(new BsonDocument { { "_id", row.DestinationId }, { "enabled", new BsonDocument("$exists", true) } }).AnyAsync(stop);
                if (replayed)
                    row!.Replay(now);
                return replayed ? [row!.Lane] : [];
            },
            cancellationToken);
        return replayed;
    }

    /// <inheritdoc />
    public async Task<Delivery?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _deliveries.Find(new BsonDocument { { "_id", id }, { Number, new BsonDocument("$exists", true) } }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : DeliveryDocuments.Map(found);
    }

    /// <inheritdoc />
    public async Task<(IReadOnlyList<Delivery> Deliveries, string NextCursor)> ListAsync(
        DeliveryFilter filter, int limit, string cursor, CancellationToken cancellationToken)
    {
        var before = long.MaxValue;
        if (cursor.Length > 0 && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw Failure.Invalid("cursor", "is not a cursor of this list; expected the next_cursor of the former page");
        var earlier = new BsonDocument(Number, new BsonDocument("$lt", before));
        // Both sides hold the whole range, so that each is read from its index in order.
        var where = filter.ProfileId.Length == 0
            ? earlier
            : new BsonDocument("$or", new BsonArray { new BsonDocument(earlier) { { "profile", filter.ProfileId } }, new BsonDocument(earlier) { { "person", filter.ProfileId } } });
        if (filter.State != DeliveryState.Unspecified)
            where["state"] = (int)filter.State;
        if (filter.DestinationId.Length > 0)
            where["destination"] = filter.DestinationId;
        var found = await _deliveries.Find(where).Sort(new BsonDocument(Number, -1)).Limit(limit).ToListAsync(cancellationToken);
        var next = found.Count == limit ? found[^1][Number].AsInt64.ToString(CultureInfo.InvariantCulture) : "";
        return ([.. found.Select(DeliveryDocuments.Map)], next);
    }

    /// <inheritdoc />
    public async Task<long> CountPendingAsync(CancellationToken cancellationToken)
    {
        var enabled = await _destinations.Find(new BsonDocument("enabled", true)).Project<BsonDocument>(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);
        var pending = DeliveryRows.PendingOf(stage.Positions);
        return enabled.Sum(destination => pending.GetValue(destination["_id"].AsString, 0L).AsInt64);
    }

    /// <inheritdoc />
    public async Task<long> EraseAsync(IReadOnlyCollection<string> profileIds, CancellationToken cancellationToken)
    {
        var ids = new BsonDocument("$in", new BsonArray(profileIds));
        var about = new BsonDocument("$or", new BsonArray { new BsonDocument("profile", ids), new BsonDocument("person", ids) });
        var erased = 0L;
        for (var some = -1; some != 0; erased += some)
        {
            await ChangeAsync(
                async (rows, stop) =>
                {
                    await _deliveries.Find(about).Limit(ErasedPerCommit).ForEachAsync(document => rows.Add(document), stop);
                    var found = rows.All.ToList();
                    some = found.Count;
                    found.ForEach(row => row.Delete());
                    return [.. found.Select(row => row.Lane)];
                },
                cancellationToken);
        }
        await stage.PurgeAsync(cancellationToken);
        return erased;
    }

    /// <inheritdoc />
    public async Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken)
    {
        var pruned = 0;
        await ChangeAsync(
            async (rows, stop) =>
            {
                var ended = await new EndedDeliveries(_deliveries, _activations).FindAsync(before, limit, stop);
                ended.ForEach(document => rows.Add(document).Delete());
                pruned = ended.Count;
                return [];
            },
            cancellationToken);
        return pruned;
    }

    private IFindFluent<BsonDocument, BsonDocument> Due(string destinationId, string when, long now) => _deliveries.Find(
        new BsonDocument { { "destination", destinationId }, { "due_at", new BsonDocument { { when, now }, { "$exists", true } } } });

    private Task ChangeAsync(Func<DeliveryRows, CancellationToken, Task<HashSet<string>>> change, CancellationToken cancellationToken) => stage.CommitAsync(
        async (positions, stop) =>
        {
            var rows = new DeliveryRows(_deliveries);
            await Lanes.SettleAsync(rows, await change(rows, stop), stop);
            var made = rows.ToCommit(positions);
            return made.Writes.Count > 0 ? made : null;
        },
        cancellationToken);

    /// <summary>How far an activation has read its members; nothing where it was deleted.</summary>
    private async Task<IEnumerable<DocumentWrite>> ProgressAsync(StoredActivation? filled, CancellationToken cancellationToken) =>
        filled is not null && await _activations.Find(new BsonDocument { { "_id", ActivationDocuments.Id(filled) }, { "id", filled.Id } }).AnyAsync(cancellationToken)
            ? [ActivationDocuments.Put(filled)]
            : [];
}
