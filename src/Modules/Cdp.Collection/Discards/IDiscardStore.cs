using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Discards;

/// <summary>Discards of one source and code since the last write.</summary>
/// <param name="sourceId">Source.</param>
/// <param name="code">Discard code.</param>
public sealed class DiscardTally(string sourceId, string code)
{
    /// <summary>Source.</summary>
    public string SourceId { get; } = sourceId;

    /// <summary>Discard code.</summary>
    public string Code { get; } = code;

    /// <summary>How many.</summary>
    public long Count { get; set; }

    /// <summary>When last, ms since 1970.</summary>
    public long LastAt { get; set; }

    /// <summary>The latest samples, oldest first.</summary>
    public Queue<DiscardedSample> Samples { get; } = new();
}

/// <summary>A discarded event: ids only.</summary>
public readonly record struct DiscardedSample(string MessageId, string Detail, long At);

/// <summary>Where discards are kept.</summary>
public interface IDiscardStore
{
    /// <summary>Adds counts and keeps the 20 latest samples of each source and code.</summary>
    Task AddAsync(IReadOnlyCollection<DiscardTally> tallies, CancellationToken cancellationToken);

    /// <summary>All discards of a source, by code.</summary>
    Task<IReadOnlyList<Discard>> ListAsync(string sourceId, CancellationToken cancellationToken);
}
