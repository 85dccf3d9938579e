using Cdp.Collection.Discards;
using Cdp.Collection.Tests.Fakes;
using Cdp.Storage.Embedded.Collection;

namespace Cdp.Collection.Tests.Discards;

public sealed class EmbeddedDiscardStoreTests : DiscardStoreSuite, IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private CollectionDatabase? _database;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _directory.Dispose();
    }

    protected override IDiscardStore Open() => new EmbeddedDiscardStore(_database ??= new CollectionDatabase(_directory.Path));

    protected override async Task<IDiscardStore> ReopenAsync()
    {
        await _database!.DisposeAsync();
        _database = null;
        return Open();
    }
}
