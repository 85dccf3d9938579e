using Cdp.Collection.Sources;
using Cdp.Collection.Tests.Fakes;
using Cdp.Storage.Embedded.Collection;

namespace Cdp.Collection.Tests.Sources;

public sealed class EmbeddedSourceStoreTests : SourceStoreSuite, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private CollectionDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _directory.Dispose();
    }

    protected override ISourceStore Open() => new EmbeddedSourceStore(_database ??= new CollectionDatabase(_directory.Path));

    protected override async Task<ISourceStore> ReopenAsync()
    {
        await _database!.DisposeAsync();
        _database = null;
        return Open();
    }
}
