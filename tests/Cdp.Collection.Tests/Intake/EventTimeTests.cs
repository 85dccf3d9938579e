using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;

namespace Cdp.Collection.Tests.Intake;

public sealed class EventTimeTests
{
    private static readonly DateTimeOffset Received = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("\"2026-01-01T10:00:00Z\"", "2026-01-01T10:00:00Z")]
    [InlineData("\"2026-01-01T10:00:00.123+02:00\"", "2026-01-01T08:00:00.123Z")]
    [InlineData("\"2026-01-01T10:00:00\"", "2026-01-01T10:00:00Z")]
    [InlineData("\"2026-01-01\"", "2026-01-01T00:00:00Z")]
    [InlineData("\"2026-01-01 10:00\"", "2026-01-01T10:00:00Z")]
    [InlineData("1767261600000", "2026-01-01T10:00:00Z")]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    public void TryRead_Times_AreUtcUnlessTheySayOtherwise(string json, string expected)
    {
        var reader = Read(json);

        Assert.True(EventTime.TryRead(ref reader, out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("\"yesterday\""), InlineData("\"\""), InlineData("true"), InlineData("{}"), InlineData("1e300"), InlineData("999999999999999999999"), InlineData("1.5")]
    public void TryRead_NoTime_IsRefused(string json)
    {
        var reader = Read(json);

        Assert.False(EventTime.TryRead(ref reader, out _));
    }

    [Fact]
    public void TryRead_Null_IsNoTimeAndNothingWrong()
    {
        var reader = Read("null");

        Assert.True(EventTime.TryRead(ref reader, out var time));
        Assert.Null(time);
    }

    [Theory]
    [InlineData("2026-01-01T11:00:00Z", "2026-01-01T11:30:00Z", "2026-01-01T11:30:00Z")]
    [InlineData("2031-01-01T00:00:00Z", "2031-01-01T00:00:10Z", "2026-01-01T11:59:50Z")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-01-01T12:00:00Z")]
    public void TryCorrect_ClockIsWrong_KeepsTheAgeOfTheEvent(string original, string sentAt, string expected)
    {
        Assert.True(EventTime.TryCorrect(Parse(original), Parse(sentAt), Received, out var timestamp));
        Assert.Equal(Parse(expected), timestamp);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")]
    [InlineData("1850-01-01T00:00:00Z", null)]
    [InlineData("2026-01-02T13:00:00Z", null)]
    public void TryCorrect_AbsurdResult_IsRefused(string original, string? sentAt) =>
        Assert.False(EventTime.TryCorrect(Parse(original), sentAt is null ? null : Parse(sentAt), Received, out _));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static Utf8JsonReader Read(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return reader;
    }
}
