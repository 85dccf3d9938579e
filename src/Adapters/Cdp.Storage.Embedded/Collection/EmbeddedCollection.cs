using Cdp.Archives;
using Cdp.Collection;
using Cdp.Collection.Discards;
using Cdp.Collection.Imports;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Chooses the embedded stores for the stage.</summary>
public static class EmbeddedCollection
{
    /// <summary>Keeps the log and the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static CollectionBuilder UseEmbedded(this CollectionBuilder builder) => builder.UseEmbeddedLog().UseEmbeddedState();

    /// <summary>Keeps the event log under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static CollectionBuilder UseEmbeddedLog(this CollectionBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton<IArchived>(services =>
        {
            var options = services.GetRequiredService<IOptions<CollectionOptions>>().Value;
            var since = (services.GetRequiredService<TimeProvider>().GetUtcNow() - options.DeduplicationWindow).ToUnixTimeMilliseconds();
            return new LogArchive(
                _ => Task.FromResult<ILogStorage>(new EventLogFile(directory, options.Partitions, services.GetRequiredService<ILogger<EmbeddedEventLog>>())), options, since);
        });
        return builder.UseLog((services, options) => new EmbeddedEventLog(directory, options, services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<EmbeddedEventLog>>()));
    }

    /// <summary>Keeps sources, discards and imports under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static CollectionBuilder UseEmbeddedState(this CollectionBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton(_ => new CollectionDatabase(directory));
        builder.Services.AddSingleton<ISourceStore, EmbeddedSourceStore>();
        builder.Services.AddSingleton<IDiscardStore, EmbeddedDiscardStore>();
        builder.Services.AddSingleton<IImportStore, EmbeddedImportStore>();
        return builder;
    }
}
