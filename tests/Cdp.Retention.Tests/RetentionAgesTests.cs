using Microsoft.Extensions.Configuration;

namespace Cdp.Retention.Tests;

public sealed class RetentionAgesTests
{
    [Fact]
    public void From_Nothing_KeepsForEver() => Assert.Equal(new RetentionAges(), RetentionAges.From(Settings()));

    [Fact]
    public void From_Ages_ReadsEach() => Assert.Equal(
        new RetentionAges
        {
            Deliveries = TimeSpan.FromDays(90),
            SegmentHistory = TimeSpan.FromDays(365),
            Imports = TimeSpan.FromDays(1),
            DeadLetters = new TimeSpan(30, 12, 0, 0),
            Timeline = TimeSpan.FromDays(730),
        },
        RetentionAges.From(Settings(("deliveries", "90.00:00:00"), ("SegmentHistory", "365"), ("Imports", "1.00:00:00"), ("DeadLetters", "30.12:00:00"), ("Timeline", "730"))));

    [Fact]
    public void From_Empty_IsAsNotGiven() => Assert.Null(RetentionAges.From(Settings(("Deliveries", ""))).Deliveries);

    [Theory]
    [InlineData("90 days")]
    [InlineData("-90")]
    [InlineData("23:59:59")]
    [InlineData("36501")]
    [InlineData("0")]
    public void From_NoAgeOrOneOutOfRange_SaysWhatIsExpected(string value)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => RetentionAges.From(Settings(("Deliveries", value))));

        Assert.Equal(
            $"Cdp:Retention:Deliveries is '{value}'; expected 1 to 36500 days, as days.hours:minutes:seconds or a number of days, such as 90.00:00:00 or 90.",
            exception.Message);
    }

    [Fact]
    public void From_SeveralErrors_TellsAll()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => RetentionAges.From(Settings(("Deliverys", "90"), ("Imports", "x"))));

        Assert.Contains("Cdp:Retention:Deliverys: there is no such setting; there are Deliveries, ", exception.Message);
        Assert.Contains("Cdp:Retention:Imports is 'x'", exception.Message);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>($"Cdp:Retention:{s.Name}", s.Value))).Build();
}
