using System.Text;
using Cdp.SegmentSearch.Conditions;
using CsCheck;

namespace Cdp.SegmentSearch.Tests.Conditions;

public sealed class ConditionParserTests
{
    [Theory]
    [InlineData("", "condition")]
    [InlineData("{", "condition")]
    [InlineData("[]", "condition")]
    [InlineData("{}", "condition")]
    [InlineData("""{"trait":"a","op":"exists","trait":"b"}""", "condition")]
    [InlineData("""{"trait":"a","op":"equals","value":"\ud800"}""", "condition")]
    [InlineData("""{"trait":"a","event":"b","op":"exists"}""", "condition")]
    [InlineData("""{"and":[]}""", "condition.and")]
    [InlineData("""{"and":{"trait":"a","op":"exists"}}""", "condition.and")]
    [InlineData("""{"not":[]}""", "condition.not")]
    [InlineData("""{"trait":"a"}""", "condition.op")]
    [InlineData("""{"trait":"a","op":"resembles","value":1}""", "condition.op")]
    [InlineData("""{"trait":"","op":"exists"}""", "condition.trait")]
    [InlineData("""{"trait":"a","op":"exists","value":1}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"equals"}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"equals","value":null}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"greater_than","value":true}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"between","value":[1]}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"between","value":[1,"b"]}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"one_of","value":[1,{}]}""", "condition.value[1]")]
    [InlineData("""{"trait":"a","op":"before","value":"2026-02-30"}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"within_last","value":"0d"}""", "condition.value")]
    [InlineData("""{"trait":"a","op":"exists","values":1}""", "condition.values")]
    [InlineData("""{"property":"a","op":"exists"}""", "condition")]
    [InlineData("""{"event":"E","where":{"trait":"a","op":"exists"}}""", "condition.where")]
    [InlineData("""{"event":"E","where":{"and":[{"property":"a","op":"x"}]}}""", "condition.where.and[0].op")]
    [InlineData("""{"event":"E","within":"a while"}""", "condition.within")]
    [InlineData("""{"event":"E","within":"1d","from":"2026-01-01"}""", "condition.within")]
    [InlineData("""{"event":"E","from":"yesterday"}""", "condition.from")]
    [InlineData("""{"event":"E","from":"2026-01-02","to":"2026-01-01"}""", "condition.to")]
    [InlineData("""{"event":"E","count":3}""", "condition.count")]
    [InlineData("""{"event":"E","count":{"op":"at_least","value":"three"}}""", "condition.count.value")]
    [InlineData("""{"event":"E","count":{"op":"at_least","value":-1}}""", "condition.count.value")]
    [InlineData("""{"event":"E","count":{"op":"about","value":1}}""", "condition.count.op")]
    [InlineData("""{"event":"E","count":{"op":"at_least","value":1,"unit":"x"}}""", "condition.count.unit")]
    [InlineData("""{"or":[{"not":{"segment":"unknown"}}]}""", "condition.or[0].not.segment")]
    public void Parse_OneThingIsWrong_NamesItsPlace(string json, string field)
    {
        ConditionParser.TryParse(json, _ => "is no segment", out var errors);

        Assert.Equal([field], errors.Select(e => e.Field));
    }

    [Fact]
    public void Parse_SeveralThingsAreWrong_NamesThemAll()
    {
        ConditionParser.TryParse(
            """{"and":[{"trait":"plan","op":"x"},{"event":"E","within":"soon","count":{"op":"about","value":"n"}},{"or":[7]}]}""", _ => null, out var errors);

        Assert.Equal(
            ["condition.and[0].op", "condition.and[1].within", "condition.and[1].count.value", "condition.and[1].count.op", "condition.and[2].or[0]"],
            errors.Select(e => e.Field));
    }

    [Fact]
    public void Parse_ValueIsWrong_DoesNotRepeatIt()
    {
        ConditionParser.TryParse("""{"trait":"email","op":"before","value":"ada@example.com"}""", _ => null, out var errors);

        Assert.DoesNotContain("ada", errors[0].Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32, 1, true)]
    [InlineData(33, 1, false)]
    [InlineData(2, 499, true)]
    [InlineData(2, 500, false)]
    public void Parse_LevelsAndNodes_AreLimited(int levels, int leaves, bool isRight)
    {
        var json = string.Join(',', Enumerable.Repeat("""{"trait":"a","op":"exists"}""", leaves));
        for (var level = 1; level < levels; level++)
            json = $$"""{"and":[{{json}}]}""";

        ConditionParser.TryParse(json, _ => null, out var errors);

        Assert.Equal(isRight, errors.Count == 0);
    }

    [Fact]
    public void Parse_MoreThan64Kilobytes_IsRefused()
    {
        var json = $$"""{"trait":"a","op":"one_of","value":[{{string.Join(',', Enumerable.Repeat($"\"{new string('x', 1_000)}\"", 70))}}]}""";

        ConditionParser.TryParse(json, _ => null, out var errors);

        Assert.Equal("condition", Assert.Single(errors).Field);
    }

    [Fact]
    public void Parse_AnyText_NeverThrowsAnythingElse() => Gen.String.Sample(text => ConditionParser.TryParse(text, _ => null, out _) is null);

    [Fact]
    public void TryParse_InstantsInAnyOffset_AgreeWithTheFramework() =>
        Gen.Select(Gen.DateTime[new DateTime(1900, 1, 1), new DateTime(2100, 1, 1)], Gen.Int[-14 * 60, 14 * 60]).Sample((at, offset) =>
        {
            var instant = new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Unspecified), TimeSpan.FromMinutes(offset));
            foreach (var format in (string[])["yyyy-MM-ddTHH:mm:ss.fffzzz", "yyyy-MM-ddTHH:mmzzz", "yyyy-MM-dd HH:mm:sszzz"])
            {
                var text = instant.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
                Assert.True(IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var time));
                Assert.Equal(DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), time);
            }
        });
}
