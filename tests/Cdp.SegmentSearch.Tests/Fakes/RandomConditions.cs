using CsCheck;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>Conditions and lives of people at random, from few values, so that they often meet.</summary>
internal static class RandomConditions
{
    // At the moment of the stage's clock.
    public static readonly long Now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly Gen<string> Scalar = Gen.OneOfConst(
        "0", "1", "1.0", "2.5", "-3", "true", "false", "\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"1\"",
        "\"2026-02-28\"", "\"2026-02-20T12:00:00Z\"", "\"2026-03-03T00:00:00+01:00\"");

    private static readonly Gen<string> Json = Gen.Frequency(
        (8, Scalar),
        (1, Gen.Const("null")),
        (2, Scalar.Array[0, 3].Select(e => $"[{string.Join(',', e)}]")),
        (1, Scalar.Select(e => $$"""{"x":{{e}}}""")),
        (1, Scalar.Array[0, 2].Select(e => $"[{string.Join(',', e.Select(v => $$"""{"x":{{v}}}"""))}]")));

    private static readonly Gen<string> Test = Gen.OneOf(
        Gen.Select(Gen.OneOfConst("equals", "not_equals", "contains", "not_contains"), Scalar, (op, v) => $"\"op\":\"{op}\",\"value\":{v}"),
        Gen.Select(Gen.OneOfConst("greater_than", "at_least", "less_than", "at_most"), Gen.OneOfConst("0", "1", "\"a\"", "\"aa\""), (op, v) => $"\"op\":\"{op}\",\"value\":{v}"),
        Gen.Select(Gen.OneOfConst("one_of", "none_of"), Scalar.Array[1, 3], (op, v) => $"\"op\":\"{op}\",\"value\":[{string.Join(',', v)}]"),
        Gen.OneOfConst("exists", "absent").Select(op => $"\"op\":\"{op}\""),
        Gen.OneOfConst("starts_with", "ends_with").Select(op => $"\"op\":\"{op}\",\"value\":\"a\""),
        Gen.OneOfConst("[0,2]", "[\"a\",\"ab\"]").Select(v => $"\"op\":\"between\",\"value\":{v}"),
        Gen.OneOfConst("before", "after").Select(op => $"\"op\":\"{op}\",\"value\":\"2026-02-21\""),
        Gen.Select(Gen.OneOfConst("within_last", "not_within_last"), Gen.OneOfConst("1d", "9d", "36h"), (op, v) => $"\"op\":\"{op}\",\"value\":\"{v}\""));

    private static readonly Gen<string> Path = Gen.OneOfConst("p", "q", "p.x");

    private static readonly Gen<string> Where = Junctions(Gen.Select(Path, Test, (path, test) => $$"""{"property":"{{path}}",{{test}}}"""));

    private static readonly Gen<string> Event = Gen.Select(
        Gen.OneOfConst("E", "F"),
        Gen.Frequency((1, Gen.Const("")), (2, Where.Select(w => $",\"where\":{w}"))),
        Gen.OneOfConst("", ",\"within\":\"1d\"", ",\"within\":\"10d\"", ",\"from\":\"2026-02-20\"", ",\"from\":\"2026-02-19\",\"to\":\"2026-03-01T12:00:00Z\""),
        Gen.Select(Gen.OneOfConst("at_least", "at_most", "exactly", "more_than", "fewer_than"), Gen.Int[0, 3], (op, n) => $",\"count\":{{\"op\":\"{op}\",\"value\":{n}}}"),
        (name, where, window, count) => $$"""{"event":"{{name}}"{{where}}{{window}}{{count}}}""");

    public static readonly Gen<string> Condition = Junctions(Gen.OneOf(
        Event, Gen.Select(Path, Test, (path, test) => $$"""{"trait":"{{path}}",{{test}}}""")));

    private static readonly Gen<long> Time = Gen.OneOf(
        Gen.OneOfConst(0L, -86_400_000L, -864_000_000L, 1L, 86_400_000L, -1L).Select(offset => Now + offset), Gen.Long[Now - 1_728_000_000L, Now + 172_800_000L]);

    private static readonly Gen<string> Id = Gen.OneOfConst("a", "b", "c", "d", "e");

    public static readonly Gen<Action<IPeople>> Step = Gen.Frequency<Action<IPeople>>(
        (8, Gen.Select(Id, Gen.OneOfConst("E", "F"), Time, Json, Json, (id, name, time, p, q) =>
            (Action<IPeople>)(people => people.Track(id, name, time, $$"""{"p":{{p}},"q":{{q}}}""")))),
        (6, Gen.Select(Id, Gen.OneOfConst("p", "q"), Json, (id, trait, json) => (Action<IPeople>)(people => people.Identify(id, trait, json)))),
        (1, Gen.Select(Id, Gen.OneOfConst("p", "q"), (id, trait) => (Action<IPeople>)(people => people.Identify(id, trait, null)))),
        (1, Gen.Select(Id, Id, (absorbed, survivor) => (Action<IPeople>)(people => people.Merge(absorbed, survivor)))),
        (1, Id.Select(id => (Action<IPeople>)(people => people.Erase(id)))));

    private static Gen<string> Junctions(Gen<string> leaf) => Gen.Recursive<string>((depth, inner) => depth > 2
        ? leaf
        : Gen.Frequency(
            (5, leaf),
            (1, inner.Select(c => $$"""{"not":{{c}}}""")),
            (2, Gen.Select(Gen.OneOfConst("and", "or"), inner.Array[1, 3], (kind, parts) => $$"""{"{{kind}}":[{{string.Join(',', parts)}}]}"""))));
}
