using System.Text;
using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Common.V1;
using Cdp.Storage.Embedded.Collection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Collection.Tests.Log;

public sealed class EmbeddedEventLogTests : EventLogSuite, IAsyncDisposable
{
    private readonly List<TempDirectory> _directories = [new()];
    private readonly List<EmbeddedEventLog> _logs = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Current => _directories[^1].Path;

    [Fact]
    public async Task Append_LogCannotBeWritten_TakesNothingAndGoesOnWhenItCan()
    {
        var log = Open();
        await log.AppendAsync(("ann", "1"));
        Execute("ALTER TABLE log RENAME TO gone");

        using var block = Blocks.Of(("ann", "2"), ("bob", "3"), ("ann", "1"));
        var refused = await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.AppendAsync(block, Stop));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.False(refused.IsOverload);
        Assert.Equal(1, (await log.HeadsAsync(Stop)).Sum(h => h.Offset));

        Execute("ALTER TABLE gone RENAME TO log");
        Assert.Equal<IEnumerable<bool>>([false, false, true], (await log.AppendAsync(block, Stop))!);
        AssertDense(await log.AllAsync());
    }

    [Fact]
    public async Task Append_ManyFailuresAmongManyKeys_ForgetsExactlyTheFailedOnes()
    {
        var log = Open();
        (string, string)[] kept = [.. Enumerable.Range(0, 20_000).Select(i => ("ann", $"kept-{i}"))];
        (string, string)[] failed = [.. Enumerable.Range(0, 20_000).Select(i => ("ann", $"failed-{i}"))];
        await log.AppendAsync(kept);
        Execute("ALTER TABLE log RENAME TO gone");
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(failed));
        Execute("ALTER TABLE gone RENAME TO log");

        Assert.DoesNotContain('n', await log.AppendAsync(kept));
        Assert.DoesNotContain('d', await log.AppendAsync(failed));
    }

    [Fact]
    public async Task Erase_Fails_KeepsTheIdsOfWhatWasAppendedBefore()
    {
        var log = Open();
        await log.AppendAsync(("ann", "1"));
        Execute("ALTER TABLE log RENAME TO gone");
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.EraseAsync([.. Enumerable.Range(0, 4).Select(p => new FeedPosition { Partition = p })], Stop));
        Execute("ALTER TABLE gone RENAME TO log");

        Assert.Equal("d", await log.AppendAsync(("ann", "1")));
    }

    [Fact]
    public async Task Append_MoreThanTheWriteAheadLogShouldHold_MovesItBesideAndKeepsAll()
    {
        var log = Open();
        for (var i = 0; i < 60; i++)
        {
            using var block = Blocks.Padded(30_000, [.. Enumerable.Range(0, 50).Select(n => ("ann", $"{i}-{n}"))]);
            await log.AppendAsync(block, Stop);
        }
        // The file grows beside the appends, at no moment that a caller could wait for.
        while (new FileInfo(Path.Combine(Current, "log.db")).Length < 40_000_000)
            await Task.Delay(10, Stop);

        Assert.Equal(3_000, (await (await ReopenAsync(log)).HeadsAsync(Stop)).Sum(h => h.Offset));
    }

    [Fact]
    public async Task Append_TooMuchWaits_IsRefusedAsOverload()
    {
        var log = Open();
        var events = Enumerable.Range(0, 500).Select(i => ("ann", $"{i}")).ToArray();
        var blocks = Enumerable.Range(0, 8).Select(_ => Blocks.Padded(30_000, events)).ToList();

        var results = await Task.WhenAll(blocks.Select(async block =>
        {
            try
            {
                await log.AppendAsync(block, Stop);
                return null;
            }
            catch (LogUnavailableException exception)
            {
                return exception;
            }
        }));

        Assert.Contains(results, r => r is { IsOverload: true });
        Assert.Contains(results, r => r is null);
        blocks.ForEach(b => b.Dispose());
        Assert.Equal("n", await log.AppendAsync(("ann", "after")));
    }

    [Fact]
    public async Task Append_AfterDispose_IsRefused()
    {
        var log = Open();
        _logs.Clear();
        await ((EmbeddedEventLog)log).DisposeAsync();

        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(("ann", "1")));
    }

    [Fact]
    public void Open_OtherNumberOfPartitions_SaysSo()
    {
        Open();

        var wrong = Assert.Throws<InvalidOperationException>(() => Create(partitions: 8));

        Assert.Contains("Cdp:Collection:Partitions", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TailOfTheFileIsTorn_KeepsAPrefixAndAgreesWithItself()
    {
        var log = Open();
        for (var i = 0; i < 30; i++)
            await log.AppendAsync(("ann", $"{i}"));
        var files = Directory.GetFiles(Current, "log.db*").ToDictionary(f => Path.GetFileName(f), ReadShared);
        var wal = files["log.db-wal"];

        foreach (var length in new[] { 0, 10, wal.Length / 3, wal.Length / 2, wal.Length - 100 })
        {
            _directories.Add(new TempDirectory());
            await File.WriteAllBytesAsync(Path.Combine(Current, "log.db"), files["log.db"], Stop);
            await File.WriteAllBytesAsync(Path.Combine(Current, "log.db-wal"), [.. wal[..length], .. "torn"u8], Stop);
            var torn = Open();

            var events = await torn.AllAsync();
            AssertDense(events);
            Assert.Equal(Enumerable.Range(0, events.Count).Select(i => $"{i}"), events.Select(e => e.Event.MessageId));
            // An id is known exactly if its event is there.
            var again = await torn.AppendAsync([.. Enumerable.Range(0, 30).Select(i => ("ann", $"{i}"))]);
            Assert.Equal(events.Count, again.Count(c => c == 'd'));
            AssertDense(await torn.AllAsync());
        }
    }

    [Fact]
    public async Task Erase_Event_LeavesNoBytesOfItInTheFiles()
    {
        var log = Open();
        const string Secret = "very-personal-message";
        await log.AppendAsync(("ann", "1"), ("ann", Secret), ("ann", "3"));
        var at = (await log.AllAsync()).Single(e => e.Event.MessageId == Secret);
        Assert.True(FilesHold(Secret));

        await log.EraseAsync([new FeedPosition { Partition = at.Partition, Offset = at.Offset }], Stop);

        Assert.False(FilesHold(Secret));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs)
            await log.DisposeAsync();
        _directories.ForEach(d => d.Dispose());
    }

    protected override Task<IEventLog> OpenAsync(bool fresh = false)
    {
        if (fresh)
            _directories.Add(new TempDirectory());
        return Task.FromResult(Open());
    }

    protected override async Task<IEventLog> ReopenAsync(IEventLog log)
    {
        await ((EmbeddedEventLog)log).DisposeAsync();
        _logs.Remove((EmbeddedEventLog)log);
        return Open();
    }

    private IEventLog Open() => Create(partitions: 4);

    private EmbeddedEventLog Create(int partitions)
    {
        var log = new EmbeddedEventLog(Current, new CollectionOptions { Partitions = partitions }, Time, NullLogger<EmbeddedEventLog>.Instance);
        _logs.Add(log);
        return log;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Current, "log.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private bool FilesHold(string text) =>
        Directory.GetFiles(Current, "log.db*").Any(f => ReadShared(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        return memory.ToArray();
    }
}
