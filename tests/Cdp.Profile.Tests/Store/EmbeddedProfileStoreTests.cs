using System.Text;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Fakes;
using Cdp.Storage.Embedded.Profile;

namespace Cdp.Profile.Tests.Store;

public sealed class EmbeddedProfileStoreTests : ProfileStoreSuite
{
    private readonly TemporaryDirectory _directory = new();
    private EmbeddedProfileStore? _open;

    // The bytes of an erased person are in what the scan reads.
    protected override bool ErasesBesideScans => false;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<IProfileStore> OpenAsync() => Task.FromResult<IProfileStore>(_open = new EmbeddedProfileStore(_directory.Path));

    protected override async Task CloseAsync() => await _open!.DisposeAsync();

    [Fact]
    public async Task Erase_Returns_WhenNoFileHoldsAByteOfThePerson()
    {
        var stop = TestContext.Current.CancellationToken;
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long>(), 0, 1) };
        commit.Profiles.Add((new StoredProfile { Document = new ProfileDocument { Id = "a", Version = 1, Traits = { new Trait { Name = "t", Json = "\"zzsecretzz\"" } } } }, 1));
        await _open!.CommitAsync(commit, stop);
        Assert.NotEmpty(FilesWith("zzsecretzz"));

        await _open.EraseAsync("a", 2, stop);

        Assert.Empty(FilesWith("zzsecretzz"));
    }

    [Fact]
    public async Task Erase_OfWhoseEventsAreForgotten_LeavesNoByteInAnyFile()
    {
        var stop = TestContext.Current.CancellationToken;
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long>(), 0, 1) };
        commit.Profiles.Add((new StoredProfile { Document = new ProfileDocument { Id = "a", Version = 1 } }, 1));
        commit.Events.Add(("a", new TimelineEvent { Position = new FeedPosition(), Type = "track", Name = "zzsecretzz", Timestamp = 1 }, 1));
        await _open!.CommitAsync(commit, stop);
        Assert.Equal(1, await _open.PruneTimelineAsync(100, 10, stop));

        await _open.EraseAsync("a", 2, stop);

        Assert.Empty(FilesWith("zzsecretzz"));
    }

    private List<string> FilesWith(string text) => [.. Directory.EnumerateFiles(_directory.Path).Where(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    })];
}
