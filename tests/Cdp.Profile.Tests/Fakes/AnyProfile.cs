using System.Globalization;
using System.Text;
using System.Text.Json;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using CsCheck;
using Google.Protobuf;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Profiles and events with whatever may be in them: dots, dollars, NUL, any Unicode, JSON however it was written.</summary>
internal static class AnyProfile
{
    private static readonly Gen<string> AnyCharacter = Gen.Frequency(
        (3, Gen.OneOfConst("a", "B", "7", ".", "$", "/", " ", "", "\0", "\"", "\\", "\n", "\u2028", "é")),
        (1, Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Select(code => new Rune(code).ToString())));

    private static readonly Gen<string> Text = AnyCharacter.Array[0, 6].Select(string.Concat);

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Long.Select(n => n.ToString(CultureInfo.InvariantCulture)),
        Gen.Double.Where(double.IsFinite).Select(n => n.ToString("R", CultureInfo.InvariantCulture)),
        Gen.OneOfConst("-0", "1.50", "1e5", "1E+300", "1e999", "9223372036854775808", "-9223372036854775808", "0.1", "100.0"));

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Text.Select(text => JsonSerializer.Serialize(text)),
        Gen.OneOfConst("\"a\\/b\"", "\"\\u0041\"", "\"\\ud800\"", "true", "false", "null", "\"\\u2028\""),
        Number);

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 4 ? Scalar : Gen.OneOf(
        Scalar,
        inner.Array[0, 3].Select(items => $"[{string.Join(", ", items)}]"),
        inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"),
        Gen.Select(Text, inner, (name, value) => $"{{{JsonSerializer.Serialize(name)}:{value}}}")));

    private static readonly Gen<FeedPosition> Position = Gen.Select(Gen.Int[0, 99], Gen.Long[0, long.MaxValue], (partition, offset) => new FeedPosition { Partition = partition, Offset = offset });

    private static readonly Gen<Trait> SomeTrait = Gen.Select(Text, Json, Gen.Long, Text, Position.Null(), (name, json, at, source, position) =>
        new Trait { Name = name, Json = json, UpdatedAt = at, SourceId = source, MessageId = name, Position = position });

    public static readonly Gen<TimelineEvent> Event = Gen.Select(Position, Text, Gen.Long, Gen.Byte.Array[0, 20], (position, text, at, bytes) => new TimelineEvent
    {
        Position = position, Type = text, Name = text, Timestamp = at, MessageId = text, SourceId = text, ReceivedAt = at,
        Properties = ByteString.CopyFrom(at % 2 == 0 ? bytes : Encoding.UTF8.GetBytes(text)),
    });

    public static readonly Gen<StoredProfile> Profile = Gen.Select(SomeTrait.Array[0, 5], Text.Array[0, 3], Gen.Long, Position.Array[0, 3], (traits, texts, number, positions) =>
    {
        var profile = new StoredProfile
        {
            Document = new ProfileDocument
            {
                FirstSeen = number, LastSeen = -number, CreatedAt = number / 2, UpdatedAt = number / 3, Version = number / 4, EventCount = number / 5, Traits = { traits }, GroupIds = { texts }, AbsorbedIds = { texts },
            },
            RemovedTraits = { traits.Select(t => new Trait(t) { Json = "" }) },
            Positions = { positions },
        };
        foreach (var text in texts)
        {
            profile.Document.Identifiers.Add(new ProfileIdentifier { Identifier = new Identifier { Type = text, Value = text }, FirstSeen = number, SourceId = text });
            profile.Document.Consents.Add(new ConsentPreference { Category = text, Granted = number > 0, UpdatedAt = number, SourceId = text, Position = positions.FirstOrDefault() });
        }
        return profile;
    });
}
