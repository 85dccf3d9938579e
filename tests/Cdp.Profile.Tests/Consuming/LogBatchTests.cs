using Cdp.Contracts.Collection.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Tests.Fakes;
using Google.Protobuf;

namespace Cdp.Profile.Tests.Consuming;

public sealed class LogBatchTests
{
    [Fact]
    public void MoveTo_BatchLargerThanARound_IsTakenInParts()
    {
        var batch = new LogBatch(LogEvents.Batch(2, 100, [.. Enumerable.Range(0, 10).Select(i => LogEvents.Track($"u{i}", "E"))]));
        var ends = new List<long>();
        while (!batch.IsTaken)
        {
            var round = new Round(FakeRules.Paths);
            batch.MoveTo(round, mostEvents: 4, TimeProvider.System);
            ends.Add(round.Positions[2]);
        }

        Assert.Equal([104L, 108L, 110L], ends);
    }

    [Fact]
    public void MoveTo_SeveralBatches_FillsTheRound()
    {
        var round = new Round(FakeRules.Paths);
        new LogBatch(LogEvents.Batch(0, 0, LogEvents.Track("a", "E"))).MoveTo(round, 10, TimeProvider.System);
        new LogBatch(LogEvents.Batch(1, 5, LogEvents.Track("b", "E"), LogEvents.Track("c", "E"))).MoveTo(round, 10, TimeProvider.System);

        Assert.Equal(3, round.Count);
        Assert.Equal(new Dictionary<int, long> { [0] = 1, [1] = 7 }, round.Positions);
    }

    [Fact]
    public void Constructor_EnvelopeOfALaterRelease_IsRefused()
    {
        var batch = new EventFeedBatch { Events = new EventBatch { EnvelopeVersion = 2 }.ToByteString() };

        Assert.Contains("version 2", Assert.Throws<NotSupportedException>(() => new LogBatch(batch)).Message, StringComparison.Ordinal);
    }
}
