using Cdp.Contracts.Common.V1;

namespace Cdp.Collection.Log;

/// <summary>An append or an erasure on its way through the log's writer.</summary>
internal sealed class LogWork
{
    /// <summary>Events to append.</summary>
    public EventBlock? Block { get; init; }

    /// <summary>Positions to erase.</summary>
    public IReadOnlyCollection<FeedPosition> Erasures { get; init; } = [];

    /// <summary>Completes when the work is durable, or fails with what the caller is to hear.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For each event of the block whether it was a duplicate; null where none was.</summary>
    public bool[]? Duplicates { get; set; }

    /// <summary>Events erased that were not erased before.</summary>
    public int Erased { get; set; }
}
