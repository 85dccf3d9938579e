using Cdp.Activation;
using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Archives;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Embedded.Activation;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedActivation
{
    // Keys are bound to this name: another would make stored secrets unreadable.
    private const string ApplicationName = "Cdp";

    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite, and there too the keys that encrypt secrets.</summary>
    public static ActivationBuilder UseEmbedded(this ActivationBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToFileSystem(DataDirectory.Create(Path.Combine(directory, "keys")));
        builder.Services.AddSingleton(_ => new ActivationDatabase(directory));
        builder.Services.AddSingleton<IDestinationStore, EmbeddedDestinationStore>();
        builder.Services.AddSingleton<IActivationStore, EmbeddedActivationStore>();
        builder.Services.AddSingleton<IDeliveryStore, EmbeddedDeliveryStore>();
        builder.Services.AddSingleton<IArchived, DeliveryArchives>();
        return builder;
    }
}
