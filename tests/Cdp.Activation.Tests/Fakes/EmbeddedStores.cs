using Cdp.Storage.Embedded.Activation;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>The embedded stores on a directory of their own.</summary>
internal sealed class EmbeddedStores : IAsyncDisposable
{
    private readonly TestDirectory _directory = new();
    private ActivationDatabase _database;

    public EmbeddedStores() => _database = new ActivationDatabase(_directory.Path);

    public EmbeddedDestinationStore Destinations => new(_database);

    public EmbeddedActivationStore Activations => new(_database);

    public EmbeddedDeliveryStore Deliveries => new(_database);

    /// <summary>Files of the stores.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_directory.Path);

    /// <summary>Closes the stores and opens them again.</summary>
    public async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        _database = new ActivationDatabase(_directory.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }
}
