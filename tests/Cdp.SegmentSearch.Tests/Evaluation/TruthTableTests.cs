using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Evaluation;

/// <summary>The truth table of conditions. Every evaluator and every adapter that answers conditions has to agree with it.</summary>
public sealed class TruthTableTests
{
    private static readonly long Now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Value of a trait (empty: none), operator and operand, answer.</summary>
    public static TheoryData<string, string, bool> Values => new()
    {
        { "\"pro\"", "\"op\":\"equals\",\"value\":\"pro\"", true },
        { "\"Pro\"", "\"op\":\"equals\",\"value\":\"pro\"", false },
        { "1", "\"op\":\"equals\",\"value\":1.0", true },
        { "1", "\"op\":\"equals\",\"value\":\"1\"", false },
        { "-0.0", "\"op\":\"equals\",\"value\":0", true },
        { "1", "\"op\":\"contains\",\"value\":1", false },
        { "true", "\"op\":\"equals\",\"value\":true", true },
        { "true", "\"op\":\"equals\",\"value\":1", false },
        { "[1,2]", "\"op\":\"equals\",\"value\":2", true },
        { "", "\"op\":\"equals\",\"value\":\"pro\"", false },
        { "null", "\"op\":\"absent\"", true },
        { "\"free\"", "\"op\":\"not_equals\",\"value\":\"pro\"", true },
        { "5", "\"op\":\"not_equals\",\"value\":\"pro\"", true },
        { "", "\"op\":\"not_equals\",\"value\":\"pro\"", false },
        { "50.5", "\"op\":\"greater_than\",\"value\":50", true },
        { "50", "\"op\":\"greater_than\",\"value\":50", false },
        { "\"b\"", "\"op\":\"greater_than\",\"value\":\"a\"", true },
        { "\"60\"", "\"op\":\"greater_than\",\"value\":50", false },
        { "50", "\"op\":\"at_least\",\"value\":50", true },
        { "49", "\"op\":\"less_than\",\"value\":50", true },
        { "50", "\"op\":\"at_most\",\"value\":50", true },
        { "", "\"op\":\"at_most\",\"value\":50", false },
        { "1", "\"op\":\"between\",\"value\":[1,3]", true },
        { "3", "\"op\":\"between\",\"value\":[1,3]", true },
        { "3.1", "\"op\":\"between\",\"value\":[1,3]", false },
        { "\"\"", "\"op\":\"exists\"", true },
        { "{}", "\"op\":\"exists\"", true },
        { "[]", "\"op\":\"exists\"", true },
        { "", "\"op\":\"exists\"", false },
        { "\"a b\"", "\"op\":\"contains\",\"value\":\" \"", true },
        { "[\"red\",\"blue\"]", "\"op\":\"contains\",\"value\":\"red\"", true },
        { "[\"red\",\"blue\"]", "\"op\":\"contains\",\"value\":\"re\"", false },
        { "[1,true]", "\"op\":\"contains\",\"value\":true", true },
        { "[]", "\"op\":\"not_contains\",\"value\":1", true },
        { "", "\"op\":\"not_contains\",\"value\":1", false },
        { "\"shop@x.org\"", "\"op\":\"ends_with\",\"value\":\"@x.org\"", true },
        { "\"shop@x.org\"", "\"op\":\"starts_with\",\"value\":\"x\"", false },
        { "2", "\"op\":\"one_of\",\"value\":[1,2]", true },
        { "\"c\"", "\"op\":\"none_of\",\"value\":[\"a\",\"b\"]", true },
        { "", "\"op\":\"none_of\",\"value\":[\"a\",\"b\"]", false },
        { "\"2026-01-01\"", "\"op\":\"before\",\"value\":\"2026-01-01T01:00:00+00:30\"", true },
        { "\"2026-01-01T00:00:00.001Z\"", "\"op\":\"after\",\"value\":\"2026-01-01\"", true },
        { "\"soon\"", "\"op\":\"before\",\"value\":\"2026-01-01\"", false },
        { "\"2026-02-28\"", "\"op\":\"within_last\",\"value\":\"2d\"", true },
        { "\"2026-02-27T12:00:00Z\"", "\"op\":\"within_last\",\"value\":\"2d\"", false },
        { "\"2026-03-02\"", "\"op\":\"within_last\",\"value\":\"2d\"", false },
        { "\"2026-02-01\"", "\"op\":\"not_within_last\",\"value\":\"2d\"", true },
        { "", "\"op\":\"not_within_last\",\"value\":\"2d\"", false },
    };

    /// <summary>Condition, and whether the person with three orders meets it.</summary>
    public static TheoryData<string, bool> Events => new()
    {
        { """{"event":"Order Completed"}""", true },
        { """{"event":"order completed"}""", false },
        { """{"event":"Order Completed","count":{"op":"at_least","value":3}}""", true },
        { """{"event":"Order Completed","count":{"op":"at_least","value":4}}""", false },
        { """{"event":"Order Completed","count":{"op":"more_than","value":2}}""", true },
        { """{"event":"Order Completed","count":{"op":"exactly","value":3}}""", true },
        { """{"event":"Order Completed","count":{"op":"at_most","value":2}}""", false },
        { """{"event":"Order Completed","count":{"op":"fewer_than","value":4}}""", true },
        { """{"event":"Never","count":{"op":"exactly","value":0}}""", true },
        { """{"event":"Never","count":{"op":"fewer_than","value":0}}""", false },
        { """{"event":"Order Completed","within":"30d","count":{"op":"exactly","value":2}}""", true },
        { """{"event":"Order Completed","within":"10d","count":{"op":"exactly","value":1}}""", true },
        { """{"event":"Order Completed","from":"2026-02-19T12:00:00Z","to":"2026-03-01","count":{"op":"exactly","value":1}}""", true },
        { """{"event":"Order Completed","to":"2026-02-19T12:00:00Z","count":{"op":"exactly","value":0}}""", true },
        { """{"event":"Order Completed","where":{"property":"revenue","op":"greater_than","value":20},"count":{"op":"exactly","value":2}}""", true },
        { """{"event":"Order Completed","where":{"property":"products.sku","op":"contains","value":"s1"},"count":{"op":"exactly","value":2}}""", true },
        { """{"event":"Order Completed","where":{"property":"address.city","op":"equals","value":"Bonn"}}""", true },
        { """{"event":"Order Completed","where":{"and":[{"property":"revenue","op":"at_least","value":30},{"not":{"property":"coupon","op":"exists"}}]},"count":{"op":"exactly","value":1}}""", true },
        { """{"or":[{"event":"Never"},{"not":{"event":"Never"}}]}""", true },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_Tested_AnswersAsTheTableSays(string json, string test, bool expected)
    {
        using var people = new IndexedPeople();
        people.Identify("a", "other", "1");
        if (json.Length > 0)
            people.Identify("a", "t", json);

        Assert.Equal(expected, people.Matching($$"""{"trait":"t",{{test}}}""", Now).Length == 1);
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void Events_Counted_AnswerAsTheTableSays(string condition, bool expected)
    {
        using var people = new IndexedPeople();
        people.Track("a", "Order Completed", Now, """{"revenue":10,"products":[{"sku":"s1"},{"sku":"s2"}]}""");
        people.Track("a", "Order Completed", Now - (10L * 86_400_000), """{"revenue":30,"coupon":"X","products":[{"sku":"s1"}]}""");
        people.Track("a", "Order Completed", Now + 1_000, """{"revenue":30,"address":{"city":"Bonn"}}""");

        Assert.Equal(expected, people.Matching(condition, Now).Length == 1);
    }
}
