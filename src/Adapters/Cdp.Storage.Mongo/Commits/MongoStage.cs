using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// One stage's collections, owned by this process. Commits are atomic over any number of documents without transactions: the
/// writes go into the stage's head (or, where they are many, into the journal) by a compare-and-set, which is the commit, and
/// are carried out afterwards; who takes the stage over carries out what a former owner left undone. The compare-and-set
/// fails for a former owner, and its late writes meet newer documents.
/// </summary>
public sealed class MongoStage : IAsyncDisposable
{
    private const int WritesInHead = 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly MongoServer _server;
    private readonly string _prefix;
    private readonly Lease _lease;
    private readonly Journal _journal;
    private readonly CommitApplier _applier;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _committing = new(1, 1);
    private Func<CancellationToken, Task>? _unfinished;
    private long _round;
    private bool _journaled;
    private BsonDocument _positions = [];

    private MongoStage(MongoServer server, Lease lease, TimeProvider time)
    {
        _server = server;
        _lease = lease;
        _time = time;
        _prefix = lease.Stage.Replace('-', '_');
        _journal = new Journal(server.Database, lease.Stage);
        _applier = new CommitApplier(Collection, time);
    }

    /// <summary>Name of the stage.</summary>
    public string Name => _lease.Stage;

    /// <summary>Cancelled once another process owns the stage.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>Positions and counters of the last commit that is carried out. Not to be changed.</summary>
    public BsonDocument Positions => Volatile.Read(ref _positions);

    /// <summary>
    /// Makes this process the owner of a stage: waits until no other is, finishes what that one left, and makes the indexes.
    /// While the server is away it waits.
    /// </summary>
    /// <param name="server">The database.</param>
    /// <param name="schema">The stage's indexes.</param>
    /// <param name="address">gRPC address of this process, for replicas that forward to it.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<MongoStage> OwnAsync(MongoServer server, StageSchema schema, string address, TimeProvider time, CancellationToken cancellationToken)
    {
        var (lease, head) = await Lease.AcquireAsync(server.Database, schema.Stage, address, time, cancellationToken);
        var stage = new MongoStage(server, lease, time);
        try
        {
            await stage.UntilDoneAsync(() => schema.CreateAsync(server.Database, stage._prefix, cancellationToken), cancellationToken);
            await stage.UntilDoneAsync(() => stage.RecoverAsync(head, cancellationToken), cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>gRPC address of a stage's owner; empty where there is none.</summary>
    public static Task<string> OwnerAsync(MongoServer server, string stage, CancellationToken cancellationToken) =>
        Lease.OwnerAsync(server.Database, stage, cancellationToken);

    /// <summary>A collection of the stage, for reading. Writing is <see cref="CommitAsync(IReadOnlyCollection{DocumentWrite}, BsonDocument?, CancellationToken)"/>'s.</summary>
    public IMongoCollection<BsonDocument> Collection(string name) => _server.Database.GetCollection<BsonDocument>($"{_prefix}_{name}");

    /// <summary>
    /// Stores writes and positions, all or nothing; carried out and durable when it returns. While the server is away it waits
    /// and tries again, so that it is never unknown whether a commit happened; cancelled meanwhile, it leaves that to the next
    /// commit.
    /// </summary>
    /// <param name="writes">Changes of different documents, at most one of each.</param>
    /// <param name="positions">Fields of <see cref="Positions"/> that change; null where none does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OwnershipLostException">Another process owns the stage.</exception>
    public Task CommitAsync(IReadOnlyCollection<DocumentWrite> writes, BsonDocument? positions, CancellationToken cancellationToken) =>
        CommitAsync((_, _) => Task.FromResult<StageCommit?>(new StageCommit(writes, positions)), cancellationToken);

    /// <summary>
    /// The same for what depends on what is stored: no other commit of the stage comes between what <paramref name="make"/>
    /// reads and its commit, and none is under way while it reads.
    /// </summary>
    /// <param name="make">Given the positions, makes the commit; null where there is nothing to store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OwnershipLostException">Another process owns the stage.</exception>
    public async Task CommitAsync(Func<BsonDocument, CancellationToken, Task<StageCommit?>> make, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken);
        try
        {
            await FinishAsync(cancellationToken);
            if (await make(_positions, cancellationToken) is not { } commit)
                return;
            _unfinished = Commit(commit);
            await FinishAsync(cancellationToken);
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>
    /// Returns when no commit is under way: one that was cancelled in the middle is carried out first. To be called before
    /// reading what the next commit builds on.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken);
        try
        {
            await FinishAsync(cancellationToken);
        }
        finally
        {
            _committing.Release();
        }
    }

    /// <summary>
    /// Removes what the last commits left in head and journal. For erasure: deleted content is nowhere in the stage's documents
    /// afterwards.
    /// </summary>
    public Task PurgeAsync(CancellationToken cancellationToken) => CommitAsync(
        (_, _) =>
        {
            // A former owner may have written into the journal after it was cleared.
            _journaled = true;
            return Task.FromResult<StageCommit?>(new StageCommit([]));
        },
        cancellationToken);

    /// <summary>Gives the stage up, so that another process need not wait for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _lease.DisposeAsync();
        _committing.Dispose();
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_unfinished is not { } work)
            return;
        try
        {
            // Not cancelled amid a step: callers keep in memory what they stored, so a commit should end with an answer.
            await UntilDoneAsync(() => work(CancellationToken.None), cancellationToken);
            _unfinished = null;
        }
        catch (OwnershipLostException)
        {
            _unfinished = null;
            throw;
        }
    }

    private async Task UntilDoneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception exception) when (MongoServer.IsPassing(exception))
            {
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
    }

    /// <summary>The steps of one commit; called again from the start where one fails, it goes on where it was.</summary>
    private Func<CancellationToken, Task> Commit(StageCommit commit)
    {
        if (commit.Writes.DistinctBy(w => (w.Collection, w.Id)).Count() < commit.Writes.Count)
            throw new ArgumentException("A commit changes a document at most once.", nameof(commit));
        var round = _round + 1;
        var positions = new BsonDocument(_positions).Merge(commit.Positions ?? [], overwriteExistingElements: true);
        var entries = commit.Writes.Select(w => w.ToJournal()).ToList();
        var isSmall = entries.Sum(e => (long)Journal.Size(e)) <= WritesInHead;
        var committed = false;
        return async cancellationToken =>
        {
            if (committed)
            {
                // Tried again, maybe long after: a successor has carried it out and may have gone on.
                await _lease.RequireAsync(cancellationToken);
            }
            else
            {
                var chunks = isSmall ? 0 : await _journal.WriteAsync(_lease.Fence, round, entries, cancellationToken);
                await _lease.CommitAsync(round, new BsonArray(isSmall ? entries : []), chunks, positions, cancellationToken);
                committed = true;
            }
            await _applier.ApplyAsync(commit.Writes, round, cancellationToken);
            if (_journaled)
                await _journal.ClearAsync(_lease.Fence, round, cancellationToken);
            _journaled = !isSmall;
            _round = round;
            Volatile.Write(ref _positions, positions);
        };
    }

    private async Task RecoverAsync(Head head, CancellationToken cancellationToken)
    {
        var writes = head.Chunks > 0
            ? await _journal.ReadAsync(head.CommitFence, head.Round, head.Chunks, cancellationToken)
            : [.. head.Writes.Select(w => DocumentWrite.FromJournal(w.AsBsonDocument))];
        await _applier.ApplyAsync(writes, head.Round, cancellationToken);
        _round = head.Round;
        _positions = head.Positions;
        _journaled = true;
    }
}
