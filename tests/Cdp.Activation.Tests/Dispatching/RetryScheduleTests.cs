using Cdp.Activation.Deliveries;
using Cdp.Activation.Dispatching;
using CsCheck;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Tests.Dispatching;

public sealed class RetryScheduleTests
{
    private const long Began = 1_000_000;
    private readonly ActivationOptions _options = new();

    [Fact]
    public void Next_AnyAttempt_WaitsBetweenHalfAndAllOfTheDoubledDelay() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int).Sample((failed, seed) =>
        {
            var wait = Schedule(seed).Next(Delivery(failed), Began, Began, null)!.Value - Began;

            var most = Math.Min(5_000 * Math.Pow(2, failed), 900_000);
            Assert.InRange(wait, (long)(most / 2), (long)most);
        });

    [Fact]
    public void Next_RetryAfter_LengthensTheWaitUpToItsCap()
    {
        Assert.Equal(Began + 600_000, Schedule(1).Next(Delivery(0), Began, Began, TimeSpan.FromMinutes(10)));
        Assert.Equal(Began + 3_600_000, Schedule(1).Next(Delivery(0), Began, Began, TimeSpan.FromDays(3)));
        Assert.InRange(Schedule(1).Next(Delivery(0), Began, Began, TimeSpan.FromSeconds(-9))!.Value, Began + 2_500, Began + 5_000);
    }

    [Fact]
    public void Next_AfterTheWindow_GivesUp()
    {
        var window = (long)_options.RetryWindow.TotalMilliseconds;

        Assert.Null(Schedule(1).Next(Delivery(3), Began + window, Began + window, null));
        Assert.NotNull(Schedule(1).Next(Delivery(3), Began + (window / 2), Began + (window / 2), null));
    }

    [Fact]
    public void Next_AtTheMostAttempts_GivesUp()
    {
        _options.MaxAttempts = 3;

        Assert.NotNull(Schedule(1).Next(Delivery(1), Began, Began, null));
        Assert.Null(Schedule(1).Next(Delivery(2), Began, Began, null));
    }

    private RetrySchedule Schedule(int seed) => new(Options.Create(_options), new Random(seed));

    private static DueDelivery Delivery(int failed) =>
        new("dlv_1", "dst_1", "p1", "vip", "p1", true, "profile", 1, 0, failed, failed == 0 ? 0 : Began);
}
