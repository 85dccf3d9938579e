using Cdp.Collection;
using Cdp.Collection.Log;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>The event log in one SQLite file.</summary>
public sealed class EmbeddedEventLog : GroupCommitLog
{
    /// <summary>Opens or creates the log.</summary>
    /// <param name="directory">Directory of its file.</param>
    /// <param name="options">Partitions and deduplication window.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Told when the log cannot be written.</param>
    public EmbeddedEventLog(string directory, CollectionOptions options, TimeProvider time, ILogger<EmbeddedEventLog> logger)
        : base(new EventLogFile(directory, options.Partitions, logger), options, time, logger) => Start();
}
