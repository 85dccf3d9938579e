using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Parsing;

namespace Cdp.Profile.Consuming;

/// <summary>Events that are applied and stored together.</summary>
/// <param name="paths">Where their identifiers come from.</param>
internal sealed class Round(IdentifierPaths paths)
{
    /// <summary>One without events: it applies what identity did since.</summary>
    public static Round Empty() => new(IdentifierPaths.None);

    /// <summary>Version of the rules by which identifiers were found.</summary>
    public long RulesVersion => paths.Version;

    public List<ParsedEvent> Events { get; } = [];

    public List<DeadLetter> Failed { get; } = [];

    /// <summary>Next offset of each partition after this round.</summary>
    public Dictionary<int, long> Positions { get; } = [];

    /// <summary>Events taken from the log, erased and failed ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the next event of the log; one that cannot be read is set aside, and the rest goes on.</summary>
    public void Add(Event source, FeedPosition position, TimeProvider time)
    {
        Positions[position.Partition] = position.Offset + 1;
        Count++;
        if (source.Type == EventType.Erased)
            return;
        try
        {
            Events.Add(EventParser.Parse(source, position, paths));
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            Failed.Add(new DeadLetter
            {
                Id = $"{position.Partition}-{position.Offset}",
                Position = position,
                MessageId = source.MessageId,
                SourceId = source.SourceId,
                Error = exception.Message,
                FailedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        }
    }
}
