using System.Text;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Embedded.SegmentSearch;

namespace Cdp.SegmentSearch.Tests.Store;

public sealed class EmbeddedSegmentStoreTests : SegmentStoreSuite, IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("segments").FullName;
    private EmbeddedSegmentStore _store;

    public EmbeddedSegmentStoreTests() => _store = new EmbeddedSegmentStore(_directory);

    protected override ISegmentStore Store => _store;

    protected override async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = new EmbeddedSegmentStore(_directory);
    }

    protected override bool IsAtRest(string text) => Directory.EnumerateFiles(_directory).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
