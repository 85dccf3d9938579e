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

    /// <summary>Pages split and are balanced between the batches, which leaves copies of cells where they were before.</summary>
    [Fact]
    public async Task Erase_PersonsAmongMany_LeavesNoBytesOfTheirIdentifiersInTheFiles()
    {
        var store = Open();
        var random = new Random(4711);
        var kept = new List<(string Id, string Key)>();
        var erased = new List<string>();
        for (var batch = 0; batch < 100; batch++)
        {
            var persons = Enumerable.Range(0, random.Next(1, 40)).Select(i => (Id: $"{random.Next():x8}-{batch}-{i}", Key: $"{random.NextInt64():x}")).ToArray();
            kept.AddRange(persons);
            await store.CommitAsync(
                Changes([.. persons.SelectMany(p => new[] { (p.Id, $"user_id:user-{p.Key}"), (p.Id, $"email:{p.Key}@example.com"), (p.Id, $"anonymous_id:device-{p.Key}") })]),
                TestContext.Current.CancellationToken);
            for (var i = 0; i < 3; i++)
            {
                var (id, key) = kept[random.Next(kept.Count)];
                kept.RemoveAll(p => p.Id == id);
                erased.Add(key);
                await store.EraseAsync(id, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal([], erased.Where(FilesHold));
        Assert.Equal([], kept.Where(p => !FilesHold(p.Key)));
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
