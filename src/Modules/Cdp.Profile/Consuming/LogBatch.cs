using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;

namespace Cdp.Profile.Consuming;

/// <summary>A batch of the event feed, opened; rounds take from it as much as they have room for.</summary>
internal sealed class LogBatch
{
    private const int KnownEnvelope = 1;
    private readonly EventFeedBatch _batch;
    private readonly EventBatch _events;
    private int _taken;

    public LogBatch(EventFeedBatch batch)
    {
        _batch = batch;
        _events = EventBatch.Parser.ParseFrom(batch.Events);
        if (_events.EnvelopeVersion != KnownEnvelope)
            throw new NotSupportedException($"The event log has envelope version {_events.EnvelopeVersion}; this release knows version {KnownEnvelope}.");
    }

    /// <summary>Its events, each with its position.</summary>
    public IEnumerable<(Event Event, FeedPosition Position)> Events =>
        _events.Events.Select((source, i) => (source, new FeedPosition { Partition = _batch.Partition, Offset = _batch.FirstOffset + i }));

    /// <summary>Whether rounds have taken all of it.</summary>
    public bool IsTaken => _taken == _events.Events.Count;

    /// <summary>Fills a round up to a number of events.</summary>
    public void MoveTo(Round round, int mostEvents, TimeProvider time)
    {
        for (; !IsTaken && round.Count < mostEvents; _taken++)
            round.Add(_events.Events[_taken], new FeedPosition { Partition = _batch.Partition, Offset = _batch.FirstOffset + _taken }, time);
    }
}
