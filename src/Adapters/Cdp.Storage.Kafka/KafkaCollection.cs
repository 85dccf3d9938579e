using Cdp.Archives;
using Cdp.Collection;
using Cdp.Storage.Kafka.Connection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Storage.Kafka;

/// <summary>Chooses Kafka for the stage's event log.</summary>
public static class KafkaCollection
{
    /// <summary>
    /// Keeps the event log on the brokers of <c>ConnectionStrings:kafka</c>. It is opened when the host starts, which makes this
    /// process its owner.
    /// </summary>
    public static CollectionBuilder UseKafkaLog(this CollectionBuilder builder)
    {
        var brokers = builder.Host.Configuration.GetConnectionString(KafkaOptions.ConnectionName);
        if (string.IsNullOrWhiteSpace(brokers))
            throw new InvalidOperationException($"ConnectionStrings:{KafkaOptions.ConnectionName} is missing; host:port,host:port is needed.");
        builder.Services.AddOptions<KafkaOptions>().BindConfiguration(KafkaOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => new KafkaEventLog(
            brokers, services.GetRequiredService<IOptions<KafkaOptions>>().Value, services.GetRequiredService<IOptions<CollectionOptions>>().Value,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<KafkaEventLog>>()));
        builder.Services.AddSingleton<IArchived>(services => KafkaLogArchive.Of(
            brokers, services.GetRequiredService<IOptions<KafkaOptions>>().Value, services.GetRequiredService<IOptions<CollectionOptions>>().Value,
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<KafkaEventLog>>()));
        builder.Services.AddHostedService<KafkaLogOwnership>();
        builder.Services.AddHealthChecks().AddCheck<KafkaHealth>("kafka");
        return builder.UseLog((services, _) => services.GetRequiredService<KafkaEventLog>());
    }
}
