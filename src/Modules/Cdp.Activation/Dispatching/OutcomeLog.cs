using Cdp.Activation.Deliveries;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Dispatching;

/// <summary>Stores outcomes with one commit for all that came in while the last was under way.</summary>
internal sealed class OutcomeLog
{
    private const int OutcomesPerCommit = 500;
    private readonly IDeliveryStore _store;
    private readonly Batcher<DeliveryOutcome, bool> _batcher;

    public OutcomeLog(IDeliveryStore store, TimeProvider time, ILogger<OutcomeLog> logger)
    {
        _store = store;
        _batcher = new Batcher<DeliveryOutcome, bool>(RecordAsync, OutcomesPerCommit, time, logger);
    }

    /// <summary>Stores an outcome; durable when it returns. Waits while the store cannot take it.</summary>
    public Task AddAsync(DeliveryOutcome outcome, CancellationToken cancellationToken) => _batcher.AskAsync(outcome, cancellationToken);

    public Task RunAsync(CancellationToken cancellationToken) => _batcher.RunAsync(cancellationToken);

    public void Complete() => _batcher.Complete();

    private async Task<IReadOnlyList<bool>> RecordAsync(IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        await _store.RecordAsync(outcomes, cancellationToken);
        return [.. outcomes.Select(_ => true)];
    }
}
