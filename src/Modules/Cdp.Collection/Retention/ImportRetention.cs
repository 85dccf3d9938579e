using Cdp.Collection.Imports;
using Cdp.Retention;
using Microsoft.Extensions.Logging;

namespace Cdp.Collection.Retention;

/// <summary>Forgets imports that have ended and what they rejected, by <c>Cdp:Retention:Imports</c>.</summary>
internal sealed class ImportRetention(IImportStore store, RetentionAges ages, TimeProvider time, ILogger<ImportRetention> logger)
    : RetentionService("imports", ages.Imports, time, logger)
{
    protected override Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) => store.PruneAsync(before, limit, cancellationToken);
}
