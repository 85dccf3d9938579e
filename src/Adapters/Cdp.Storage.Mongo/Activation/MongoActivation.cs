using Cdp.Activation;
using Cdp.Activation.Activations;
using Cdp.Activation.Deliveries;
using Cdp.Activation.Destinations;
using Cdp.Archives;
using Cdp.Storage.Mongo.Commits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Chooses MongoDB for the stage.</summary>
public static class MongoActivation
{
    // Keys are bound to this name, which is the same for every kind of store: another would make stored secrets unreadable.
    private const string ApplicationName = "Cdp";

    /// <summary>
    /// Keeps the stage's state in MongoDB, and there too the keys that encrypt secrets, so that every replica can read them.
    /// The stage's <see cref="MongoStage"/> must be registered under its name.
    /// </summary>
    public static ActivationBuilder UseMongo(this ActivationBuilder builder)
    {
        builder.Services.AddDataProtection().SetApplicationName(ApplicationName);
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(
            s => new ConfigureOptions<KeyManagementOptions>(keys => keys.XmlRepository = new MongoKeyRing(Stage(s))));
        builder.Services.AddSingleton(s => new Cancellations(Stage(s)));
        builder.Services.AddHostedService<UnfinishedCancellations>();
        builder.Services.AddSingleton<IDestinationStore>(s => new MongoDestinationStore(Stage(s), s.GetRequiredService<Cancellations>()));
        builder.Services.AddSingleton<IActivationStore>(s => new MongoActivationStore(Stage(s), s.GetRequiredService<Cancellations>()));
        builder.Services.AddSingleton<IDeliveryStore>(s => new MongoDeliveryStore(Stage(s)));
        builder.Services.AddSingleton<IArchived>(s => new DeliveryArchives(Stage(s)));
        return builder;
    }

    private static MongoStage Stage(IServiceProvider services) => services.GetRequiredKeyedService<MongoStage>(ActivationModule.Name);
}
