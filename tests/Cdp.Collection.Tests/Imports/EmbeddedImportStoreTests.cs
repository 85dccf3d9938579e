using Cdp.Collection.Imports;
using Cdp.Collection.Tests.Fakes;
using Cdp.Storage.Embedded.Collection;

namespace Cdp.Collection.Tests.Imports;

public sealed class EmbeddedImportStoreTests : ImportStoreSuite, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private CollectionDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _directory.Dispose();
    }

    protected override IImportStore Open() => new EmbeddedImportStore(_database ??= new CollectionDatabase(_directory.Path));

    protected override async Task<IImportStore> ReopenAsync()
    {
        await _database!.DisposeAsync();
        _database = null;
        return Open();
    }
}
