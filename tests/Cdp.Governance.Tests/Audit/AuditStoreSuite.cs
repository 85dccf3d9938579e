using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Audit;

namespace Cdp.Governance.Tests.Audit;

/// <summary>What every store of the audit trail does.</summary>
public abstract class AuditStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IAuditStore Store { get; }

    /// <summary>Closes and opens the store again.</summary>
    protected abstract Task ReopenAsync();

    [Fact]
    public async Task Append_FromManyAtOnce_GivesADenseSequence()
    {
        var sequences = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Store.AppendAsync(Entry($"t{i}"), Stop))));

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), sequences.Order());
    }

    [Fact]
    public async Task Append_AfterReopening_GoesOn()
    {
        await Store.AppendAsync(Entry("a"), Stop);
        await ReopenAsync();

        Assert.Equal(2, await Store.AppendAsync(Entry("b"), Stop));
        Assert.Equal(["b", "a"], (await Store.ListAsync(long.MaxValue, 10, Stop)).Select(e => e.Target));
    }

    [Fact]
    public async Task List_BeforeASequence_GivesTheNextOldest()
    {
        for (var i = 1; i <= 5; i++)
            await Store.AppendAsync(Entry($"t{i}"), Stop);

        Assert.Equal([3L, 2], (await Store.ListAsync(4, 2, Stop)).Select(e => e.Sequence));
        Assert.Empty(await Store.ListAsync(1, 10, Stop));
        var entry = (await Store.ListAsync(long.MaxValue, 1, Stop))[0];
        Assert.Equal(new AuditEntry { Sequence = 5, At = 7, Actor = "key_1", Action = "segment.create", Target = "t5" }, entry);
    }

    protected static AuditEntry Entry(string target) => new() { At = 7, Actor = "key_1", Action = "segment.create", Target = target };
}
