using Cdp.Governance.Regulations;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Regulations;

public sealed class RetryClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RetryClock _clock;

    public RetryClockTests() => _clock = new RetryClock(_time);

    [Theory]
    [InlineData(RunEnd.Waiting, 0.1, 5)]
    [InlineData(RunEnd.Failed, 1, 300)]
    public void Note_AgainAndAgain_WaitsTwiceAsLongUpToALimit(object end, double first, double last)
    {
        var pauses = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            _clock.Note("a", new RunResult((RunEnd)end, Advanced: false));
            pauses.Add(_clock.UntilNext().TotalSeconds);
        }

        Assert.Equal([first, first * 2, first * 4], pauses[..3]);
        Assert.Equal(last, pauses.Max());
        Assert.Equal(last, pauses[^1]);
    }

    [Fact]
    public void Note_AfterProgress_BeginsAnew()
    {
        for (var i = 0; i < 5; i++)
            _clock.Note("a", new RunResult(RunEnd.Failed, Advanced: false));

        _clock.Note("a", new RunResult(RunEnd.Failed, Advanced: true));

        Assert.Equal(TimeSpan.FromSeconds(1), _clock.UntilNext());
    }

    [Fact]
    public void IsDue_OfEach_IsJudgedByItsOwnTime()
    {
        _clock.Note("failed", new RunResult(RunEnd.Failed, false));
        _clock.Note("waiting", new RunResult(RunEnd.Waiting, false));
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.True(_clock.IsDue("waiting"));
        Assert.False(_clock.IsDue("failed"));
        Assert.True(_clock.IsDue("new"));
        Assert.Equal(TimeSpan.Zero, _clock.UntilNext());
    }

    [Fact]
    public void UntilNext_WithNothingLeft_IsInfinite()
    {
        _clock.Note("a", new RunResult(RunEnd.Waiting, false));
        _clock.Note("a", new RunResult(RunEnd.Finished, true));

        Assert.Equal(Timeout.InfiniteTimeSpan, _clock.UntilNext());
    }
}
