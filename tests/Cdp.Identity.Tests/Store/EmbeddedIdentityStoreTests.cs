using System.Text;
using Cdp.Identity.Store;
using Cdp.Identity.Tests.Fakes;
using Cdp.Storage.Embedded.Identity;

namespace Cdp.Identity.Tests.Store;

public sealed class EmbeddedIdentityStoreTests : IdentityStoreSuite, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private EmbeddedIdentityStore? _store;

    [Fact]
    public async Task Erase_Person_LeavesNoBytesOfItsIdentifiersInTheFiles()
    {
        var store = Open();
        const string Secret = "very.personal@example.com";
        await store.CommitAsync(Changes(("p1", "user_id:a"), ("p1", $"email:{Secret}"), ("p2", "user_id:b")), TestContext.Current.CancellationToken);
        Assert.True(FilesHold(Secret));

        await store.EraseAsync("p1", TestContext.Current.CancellationToken);

        Assert.False(FilesHold(Secret));
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _directory.Dispose();
    }

    protected override IIdentityStore Open() => _store ??= new EmbeddedIdentityStore(_directory.Path);

    protected override async Task<IIdentityStore> ReopenAsync()
    {
        await _store!.DisposeAsync();
        _store = null;
        return Open();
    }

    private bool FilesHold(string text) => Directory.GetFiles(_directory.Path).Any(path =>
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });
}
