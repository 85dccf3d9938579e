using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;

namespace Cdp.Governance.Tests.Regulations;

/// <summary>What every store of regulations does.</summary>
public abstract class RegulationStoreSuite
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IRegulationStore Store { get; }

    /// <summary>Closes and opens the store again.</summary>
    protected abstract Task ReopenAsync();

    /// <summary>Whether anything at rest holds a text.</summary>
    protected abstract Task<bool> ContainsAsync(string text);

    [Fact]
    public async Task Get_AfterReopening_GivesAllThatWasPut()
    {
        var regulation = Regulation("reg_1");
        regulation.UntilPositions.Add(new FeedPosition { Partition = 1, Offset = 2 });
        await Store.PutAsync(Regulation("reg_1"), Stop);
        await Store.PutAsync(regulation, Stop);
        await ReopenAsync();

        Assert.Equal(regulation, await Store.GetAsync("reg_1", Stop));
        Assert.Null(await Store.GetAsync("reg_2", Stop));
    }

    [Fact]
    public async Task List_InPages_IsNewestFirst()
    {
        for (var i = 1; i <= 5; i++)
            await Store.PutAsync(Regulation($"reg_{i}"), Stop);

        Assert.Equal(["reg_5", "reg_4"], Ids(await Store.ListAsync("", 2, Stop)));
        Assert.Equal(["reg_3", "reg_2"], Ids(await Store.ListAsync("reg_4", 2, Stop)));
        Assert.Equal(["reg_1"], Ids(await Store.ListAsync("reg_2", 2, Stop)));
    }

    [Fact]
    public async Task ListUnfinished_InPages_IsOldestFirstWithoutTheFinished()
    {
        for (var i = 1; i <= 5; i++)
            await Store.PutAsync(Regulation($"reg_{i}"), Stop);
        var done = Regulation("reg_2");
        done.Regulation.State = "finished";
        done.Regulation.FinishedAt = 9;
        await Store.PutAsync(done, Stop);

        Assert.Equal(["reg_1", "reg_3"], Ids(await Store.ListUnfinishedAsync("", 2, Stop)));
        Assert.Equal(["reg_4", "reg_5"], Ids(await Store.ListUnfinishedAsync("reg_3", 2, Stop)));
    }

    [Fact]
    public async Task Purge_AfterTheIdentifierWasRemoved_LeavesNoByteOfIt()
    {
        for (var i = 0; i < 20; i++)
            await Store.PutAsync(Regulation($"reg_{i:d2}"), Stop);
        Assert.True(await ContainsAsync("zzsecretzz"));
        for (var i = 0; i < 20; i++)
        {
            var regulation = Regulation($"reg_{i:d2}");
            regulation.Identifier = null;
            await Store.PutAsync(regulation, Stop);
        }

        await Store.PurgeAsync(Stop);

        Assert.False(await ContainsAsync("zzsecretzz"));
    }

    private static IEnumerable<string> Ids(IEnumerable<StoredRegulation> regulations) => regulations.Select(r => r.Regulation.Id);

    private static StoredRegulation Regulation(string id) => new()
    {
        Regulation = new Regulation { Id = id, Type = "delete", State = "running" },
        Step = ErasureStep.FindPerson,
        Identifier = new Identifier { Type = "email", Value = $"{id}@zzsecretzz.example" },
    };
}
