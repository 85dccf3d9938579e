using Cdp.Profile.Store;
using Cdp.Retention;
using Microsoft.Extensions.Logging;

namespace Cdp.Profile.Retention;

/// <summary>Forgets events that were set aside, by <c>Cdp:Retention:DeadLetters</c>.</summary>
internal sealed class DeadLetterRetention(IProfileStore store, RetentionAges ages, TimeProvider time, ILogger<DeadLetterRetention> logger)
    : RetentionService("dead_letters", ages.DeadLetters, time, logger)
{
    protected override Task<int> PruneAsync(long before, int limit, CancellationToken cancellationToken) =>
        store.PruneDeadLettersAsync(before, limit, cancellationToken);
}
