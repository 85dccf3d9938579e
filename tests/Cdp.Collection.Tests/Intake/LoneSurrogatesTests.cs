using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;
using CsCheck;

namespace Cdp.Collection.Tests.Intake;

public sealed class LoneSurrogatesTests
{
    [Theory]
    [InlineData(@"""\ud83d\ude00""", @"""\ud83d\ude00""")]
    [InlineData(@"""\ud83d""", @"""\ufffd""")]
    [InlineData(@"""\uDE00 x""", @"""\ufffd x""")]
    [InlineData(@"""\ud83d\ud83d\ude00""", @"""\ufffd\ud83d\ude00""")]
    [InlineData(@"""\ud83dx\ude00""", @"""\ufffdx\ufffd""")]
    [InlineData(@"""\\ud83d""", @"""\\ud83d""")]
    [InlineData(@"""\\\ud83d""", @"""\\\ufffd""")]
    [InlineData(@"""\u20ac\n\""", @"""\u20ac\n\""")]
    [InlineData(@"""\ud8", @"""\ud8")]
    [InlineData(@"\", @"\")]
    public void Replace_Json_ReplacesHalvesOnly(string json, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        Assert.Equal(json != expected, LoneSurrogates.AreIn(bytes));
        LoneSurrogates.Replace(bytes);

        Assert.Equal(expected, Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void Replace_AnyText_CanBeReadAfterwards() => Gen.Char['\ud700', '\ue0ff'].Array[0, 6].Sample(text =>
    {
        var bytes = Encoding.UTF8.GetBytes($"\"{string.Concat(text.Select(c => $"\\u{(int)c:x4}"))}\"");

        LoneSurrogates.Replace(bytes);

        Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(new string(text))), JsonSerializer.Deserialize<string>(bytes));
    });
}
