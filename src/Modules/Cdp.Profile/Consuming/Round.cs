using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Parsing;

namespace Cdp.Profile.Consuming;

/// <summary>Events that are applied and stored together.</summary>
internal sealed class Round
{
    public List<ParsedEvent> Events { get; } = [];

    public List<DeadLetter> Failed { get; } = [];

    /// <summary>Next offset of each partition after this round.</summary>
    public Dictionary<int, long> Positions { get; } = [];

    /// <summary>Events taken from the log, erased and failed ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a batch of the event feed in; an event that cannot be read is set aside and the rest goes on.</summary>
    public void Add(EventFeedBatch batch, TimeProvider time)
    {
        var events = EventBatch.Parser.ParseFrom(batch.Events);
        if (events.EnvelopeVersion != 1)
            throw new NotSupportedException($"The event log has envelope version {events.EnvelopeVersion}; this release knows version 1.");
        for (var i = 0; i < events.Events.Count; i++)
        {
            var source = events.Events[i];
            if (source.Type != EventType.Erased)
                Add(source, new FeedPosition { Partition = batch.Partition, Offset = batch.FirstOffset + i }, time);
        }
        Positions[batch.Partition] = batch.FirstOffset + batch.Count;
        Count += batch.Count;
    }

    private void Add(Event source, FeedPosition position, TimeProvider time)
    {
        try
        {
            Events.Add(EventParser.Parse(source, position));
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
