using Cdp.Retention;
using Cdp.SegmentSearch.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.SegmentSearch.Tests.Retention;

public sealed class SegmentHistoryRetentionTests
{
    [Fact]
    public async Task Stage_HistoryOlderThanTheAge_GoesOnceActivationHasReadIt()
    {
        await using var stage = await RunningStage.StartAsync(
            builder => builder.Services.AddSingleton(new RetentionAges { SegmentHistory = TimeSpan.FromDays(30) }));
        stage.Profiles.Identify("a", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        await stage.CreateAsync("pro", """{"trait":"plan","op":"equals","value":"pro"}""");
        stage.Profiles.Identify("b", ("plan", "\"pro\""));
        await stage.CaughtUpAsync();
        Assert.Equal(["+a Definition", "+b Profile"], await stage.HistoryAsync("pro"));

        stage.Time.Advance(TimeSpan.FromDays(31));
        await AskedAgainAsync(stage);
        Assert.Equal(2, (await stage.HistoryAsync("pro")).Length);
        stage.Activation.Read = 1;
        await RunningStage.UntilAsync(async () =>
        {
            stage.Time.Advance(TimeSpan.FromHours(1));
            return (await stage.HistoryAsync("pro")).Length < 2;
        });
        await AskedAgainAsync(stage);

        Assert.Equal(["+b Profile"], await stage.HistoryAsync("pro"));
        Assert.Equal(["a", "b"], await stage.MembersAsync("pro"));
        await stage.StartAgainAsync();
        await stage.CaughtUpAsync();
        Assert.Equal(["a", "b"], await stage.MembersAsync("pro"));
        Assert.Equal(["+b Profile"], await stage.HistoryAsync("pro"));
    }

    // The second question comes after the first one's answer was used.
    private static async Task AskedAgainAsync(RunningStage stage)
    {
        var asked = stage.Activation.Asked;
        await RunningStage.UntilAsync(() =>
        {
            stage.Time.Advance(TimeSpan.FromHours(1));
            return Task.FromResult(stage.Activation.Asked >= asked + 2);
        });
    }
}
