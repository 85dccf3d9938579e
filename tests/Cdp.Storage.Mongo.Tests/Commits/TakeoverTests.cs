using Cdp.Engines;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Tests.Fakes;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Tests.Commits;

/// <summary>A process dies at any point, or hangs and wakes up, and another one goes on.</summary>
public sealed class TakeoverTests(MongoEngine engine) : IAsyncLifetime
{
    private StageDatabase? _database;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private CommitApplier Applier => new(_ => _database!.Things, TimeProvider.System);

    [Theory]
    [InlineData(1)]
    [InlineData(6 * 1024 * 1024)]
    public async Task Own_FormerOwnerDiedAfterItsCommit_CarriesItOut(int length)
    {
        var stage = await _database!.OwnAsync();
        await stage.CommitAsync([Sample.Put("a", 1), Sample.Put("b", 1)], Sample.At(1), Stop);
        var (lease, head) = await _database.LeaseAsync();
        await CommitOnlyAsync(lease, head.Round + 1, [Sample.Increase("a"), Sample.Delete("b"), Sample.Put("c", new string('x', length)), Sample.Put("d", new string('x', length))], Sample.At(2));
        Assert.Equal(["a", "b"], (await _database.ValuesAsync()).Keys);

        var successor = await _database.OwnAsync();

        var values = await _database.ValuesAsync();
        Assert.Equal(["a", "c", "d"], values.Keys);
        Assert.Equal(2, values["a"]);
        Assert.Equal(length, values["d"].AsString.Length);
        Assert.Equal(2, successor.Positions["at"]);
    }

    [Fact]
    public async Task Own_FormerOwnerDiedBeforeItsCommit_DropsItsJournal()
    {
        var (lease, head) = await _database!.LeaseAsync();
        await new Journal(_database.Server.Database, lease.Stage).WriteAsync(lease.Fence, head.Round + 1, [Sample.Put("a", 1).ToJournal()], Stop);

        var successor = await _database.OwnAsync();
        await successor.CommitAsync([Sample.Put("b", 1)], null, Stop);

        Assert.Equal(["b"], (await _database.ValuesAsync()).Keys);
        Assert.Equal(0, await _database.Journal.CountDocumentsAsync(new BsonDocument(), cancellationToken: Stop));
    }

    [Fact]
    public async Task Commit_ByAFormerOwner_IsRefusedAndChangesNothing()
    {
        var former = await _database!.OwnAsync();
        await former.CommitAsync([Sample.Put("a", 1)], Sample.At(1), Stop);
        var successor = await _database.OwnAsync();

        await Assert.ThrowsAsync<OwnershipLostException>(() => former.CommitAsync([Sample.Put("a", 2), Sample.Put("b", 2)], Sample.At(2), Stop));

        Assert.True(former.Lost.IsCancellationRequested);
        Assert.Equal(["a"], (await _database.ValuesAsync()).Keys);
        await successor.CommitAsync([Sample.Increase("a")], null, Stop);
        Assert.Equal(2, (await _database.ValuesAsync())["a"]);
        Assert.Equal(1, successor.Positions["at"]);
    }

    [Fact]
    public async Task Apply_ByAFormerOwnerLate_NeitherOverwritesNorBringsBack()
    {
        var (former, head) = await _database!.LeaseAsync();
        DocumentWrite[] late = [Sample.Put("changed", 1), Sample.Put("deleted", 1), Sample.Increase("counted"), Sample.Delete("again"), Sample.Put("kept", 1)];
        await CommitOnlyAsync(former, head.Round + 1, late, Sample.At(1));
        var successor = await _database.OwnAsync();
        await successor.CommitAsync([Sample.Put("changed", 2), Sample.Delete("deleted"), Sample.Increase("counted"), Sample.Put("again", 2)], Sample.At(2), Stop);

        await Applier.ApplyAsync(late, head.Round + 1, Stop);

        Assert.Equal(new Dictionary<string, BsonValue> { ["again"] = 2, ["changed"] = 2, ["counted"] = 2, ["kept"] = 1 }, await _database.ValuesAsync());
    }

    /// <summary>Documents are as if there had been one process, whatever happened to the many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Commit_AmidRandomCrashesAndTakeovers_LosesAndDoublesNone(int seed)
    {
        var random = new Random(seed);
        var model = new SortedDictionary<string, BsonValue>(StringComparer.Ordinal);
        var late = new List<(DocumentWrite[] Writes, long Round)>();
        var former = new List<MongoStage>();
        var stage = await _database!.OwnAsync();
        var commits = 0;
        for (var step = 0; step < 60; step++)
        {
            var writes = Writes(random);
            switch (random.Next(6))
            {
                case 0 or 1 or 2:
                    await stage.CommitAsync(writes, Sample.At(++commits), Stop);
                    Apply(model, writes);
                    break;
                case 3:
                    // A process commits, carries out some of it, and hangs; another one goes on.
                    former.Add(stage);
                    var (lease, head) = await _database.LeaseAsync();
                    await CarryOutLastAsync(head);
                    await CommitOnlyAsync(lease, head.Round + 1, writes, Sample.At(++commits));
                    Apply(model, writes);
                    await Applier.ApplyAsync([.. writes.Where(_ => random.Next(2) == 0)], head.Round + 1, Stop);
                    late.Add((writes, head.Round + 1));
                    stage = await _database.OwnAsync();
                    break;
                case 4 when late.Count > 0:
                    var (woken, round) = late[random.Next(late.Count)];
                    await Applier.ApplyAsync(woken, round, Stop);
                    break;
                case 5 when former.Count > 0:
                    await Assert.ThrowsAsync<OwnershipLostException>(() => former[random.Next(former.Count)].CommitAsync(writes, Sample.At(-1), Stop));
                    break;
            }
            Assert.Equal(model, await _database.ValuesAsync());
            Assert.Equal(commits, stage.Positions.GetValue("at", 0));
        }
    }

    public async ValueTask InitializeAsync() => _database = await StageDatabase.CreateAsync(engine);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private static DocumentWrite[] Writes(Random random)
    {
        string[] ids = [.. new[] { "a", "b", "c", "d" }.Where(_ => random.Next(2) == 0)];
        return [.. ids.Select(id => random.Next(4) switch { 0 => Sample.Delete(id), 1 => Sample.Put(id, random.Next(100)), _ => Sample.Increase(id) })];
    }

    private static void Apply(SortedDictionary<string, BsonValue> model, DocumentWrite[] writes)
    {
        foreach (var write in writes)
        {
            var id = write.Id.AsString;
            if (write.Kind == WriteKind.Delete)
                model.Remove(id);
            else
                model[id] = write.Kind == WriteKind.Put ? write.Content!["value"] : model.GetValueOrDefault(id, 0).AsInt32 + 1;
        }
    }

    /// <summary>What a new owner does first.</summary>
    private Task CarryOutLastAsync(Head head) =>
        Applier.ApplyAsync([.. head.Writes.Select(write => DocumentWrite.FromJournal(write.AsBsonDocument))], head.Round, Stop);

    /// <summary>All of a commit up to the moment at which it happened.</summary>
    private async Task CommitOnlyAsync(Lease lease, long round, DocumentWrite[] writes, BsonDocument positions)
    {
        BsonDocument[] entries = [.. writes.Select(write => write.ToJournal())];
        var isLarge = entries.Sum(Journal.Size) > 1024 * 1024;
        var chunks = isLarge ? await new Journal(_database!.Server.Database, lease.Stage).WriteAsync(lease.Fence, round, entries, Stop) : 0;
        await lease.CommitAsync(round, new BsonArray(isLarge ? [] : entries), chunks, positions, Stop);
    }
}
