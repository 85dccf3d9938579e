using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cdp.Collection.Discards;
using Cdp.Collection.Intake;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Collection.Tests.Intake;

public sealed class EventIntakeTests
{
    private static readonly SourceIdentity Source = new("src_1", true);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryLog _log = new();

    private EventIntake Intake => new(_log, new DiscardLedger(new NoDiscards(), _time, NullLogger<DiscardLedger>.Instance), _time);

    [Fact]
    public async Task Take_EveryField_IsWrittenAsTheContractSays()
    {
        var result = await BatchAsync("""
            {"sentAt":"2026-01-01T11:00:00Z","batch":[
              {"type":"alias","userId":"ü","previousId":"p","anonymousId":"a","groupId":"g","messageId":"m\u0041","timestamp":"2026-01-01T10:59:00Z"},
              {"type":"screen","anonymousId":"a","name":"Home","event":"not the name"}]}
            """);

        Assert.Equal(2, result.Accepted);
        var alias = _log.Events[0];
        Assert.Equal((EventType.Alias, "mA", "src_1", "ü", "a", "p", "g", ""), (alias.Type, alias.MessageId, alias.SourceId, alias.UserId, alias.AnonymousId, alias.PreviousId, alias.GroupId, alias.Name));
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal((now - 60_000, now), (alias.Timestamp, alias.ReceivedAt));
        Assert.Equal(("Home", now), (_log.Events[1].Name, _log.Events[1].Timestamp));
        Assert.Equal(36, _log.Events[1].MessageId.Length);
    }

    [Fact]
    public async Task Take_WithinATrace_EventsCarryTheSpanThatSendsThem()
    {
        using var request = new Activity("request").Start();
        Activity? sent = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Cdp.Collection",
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
                span.Parent.TraceId == request.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span => sent = span,
        };
        ActivitySource.AddActivityListener(listener);

        await BatchAsync("""{"batch":[{"type":"track","userId":"a","event":"1"},{"type":"track","userId":"b","event":"2"}]}""");

        Assert.Equal((request.SpanId, ActivityKind.Producer), (sent!.ParentSpanId, sent.Kind));
        Assert.Equal([sent.Id, sent.Id], _log.Events.Select(e => e.Traceparent));
    }

    [Fact]
    public async Task Take_SharedContextAndIntegrations_AreMergedAndTheItemWins()
    {
        await BatchAsync("""
            {"context":{"locale":"de","app":{"name":"x"},"ip":"1"},"integrations":{"All":false,"Mail":true},"batch":[
              {"type":"track","userId":"a","event":"1","context":{"ip":"2"},"integrations":{"Mail":false}},
              {"type":"track","userId":"a","event":"2","context":null,"integrations":null},
              {"integrations":{ },"context":{ },"type":"track","userId":"a","event":"3"},
              {"type":"track","userId":"a","event":"4"}]}
            """);

        var bodies = _log.Events.Select(e => JsonNode.Parse(e.Body.ToStringUtf8())!).ToList();
        Assert.Equal(["2", "1", "1", "1"], bodies.Select(b => b["context"]!["ip"]!.GetValue<string>()));
        Assert.All(bodies, b => Assert.Equal("x", b["context"]!["app"]!["name"]!.GetValue<string>()));
        Assert.Equal([false, true, true, true], bodies.Select(b => b["integrations"]!["Mail"]!.GetValue<bool>()));
        Assert.All(bodies, b => Assert.False(b["integrations"]!["All"]!.GetValue<bool>()));
        // Each name once, or readers disagree about which one counts.
        Assert.All(_log.Events, e => JsonDocument.Parse(e.Body.Memory, new JsonDocumentOptions { AllowDuplicateProperties = false }).Dispose());
    }

    [Fact]
    public async Task Take_SharedContextMakesEventsTooLarge_DropsThoseAndRefusesAbsurdOnes()
    {
        var large = new string('x', 20_000);

        var result = await BatchAsync($$$"""{"context":{"a":"{{{large}}}"},"batch":[{"type":"track","userId":"a","event":"1"},{"type":"track","userId":"a","event":"2","properties":{"a":"{{{large}}}"}}]}""");

        Assert.Equal(1, result.Accepted);
        Assert.Equal("event_too_large", Assert.Single(result.Discards).Code);
        var refused = await Assert.ThrowsAsync<BadBodyException>(() => BatchAsync($$$"""{"context":{"a":"{{{large}}}{{{large}}}"},"batch":[{"type":"track","userId":"a","event":"1"}]}"""));
        Assert.StartsWith("context:", refused.Message, StringComparison.Ordinal);
        var many = string.Join(',', Enumerable.Repeat("""{"type":"track","userId":"a","event":"1"}""", 2_500));
        await Assert.ThrowsAsync<BadBodyException>(() => BatchAsync($$$"""{"context":{"a":"{{{large}}}"},"batch":[{{{many}}}]}"""));
    }

    [Fact]
    public async Task Take_SharedContextTooDeep_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70);

        await Assert.ThrowsAsync<BadBodyException>(() => BatchAsync($$"""{"context":{{deep}},"batch":[{"type":"track","userId":"a","event":"1"}]}"""));
    }

    [Theory]
    [InlineData("""{"type":"track","userId":"a","event":"E","x":"\ud83d"}""", "")]
    [InlineData("""{"type":"track","user\u0049d":"a","event":"E"}""", "")]
    [InlineData("""{"type":"track","userId":"a","event":"E"} {}""", "event_not_object")]
    [InlineData("""{"type":"track","userId":"a","event":"E\ud83d","messageId":"\ude00","timestamp":"\ud83d"}""", "timestamp_invalid")]
    [InlineData("""{"type":"track","userId":"a","event":"","name":"N"}""", "event_not_defined")]
    [InlineData("""{"type":"track","\ud83d":1,"userId":"a","event":"E"}""", "")]
    [InlineData("""[{"type":"track"}]""", "event_not_object")]
    [InlineData("", "event_not_object")]
    public async Task TakeOne_OddJson_IsTakenOrNamesWhatIsWrong(string json, string code)
    {
        var (result, messageId) = await Intake.TakeOneAsync(Encoding.UTF8.GetBytes(json), Source, TestContext.Current.CancellationToken);

        Assert.Equal(code, result.Discards.Select(d => d.Code).FirstOrDefault() ?? "");
        Assert.Equal(code is "" or "timestamp_invalid" ? 1 : 0, result.Accepted);
        Assert.Equal(result.Accepted == 1, messageId.Length > 0);
        Assert.All(_log.Events, e => Assert.Equal(("a", true), (e.UserId, JsonNode.Parse(e.Body.ToStringUtf8())!.ToJsonString().Length > 0)));
    }

    [Fact]
    public async Task TakeOne_OriginalTimestamp_CountsWhereThereIsNoOther()
    {
        const string Json = """{"type":"track","userId":"a","event":"E","originalTimestamp":"2026-01-01T09:00:00Z","sentAt":"2026-01-01T09:00:01Z"}""";

        await Intake.TakeOneAsync(Encoding.UTF8.GetBytes(Json), Source, TestContext.Current.CancellationToken);

        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds() - 1_000, _log.Events[0].Timestamp);
    }

    [Fact]
    public async Task Take_SourceIsDisabled_DropsEverything()
    {
        var result = await Intake.TakeAsync(["""{"type":"track","userId":"a","event":"E","messageId":"m"}"""u8.ToArray()], new SourceIdentity("src_1", false), TestContext.Current.CancellationToken);

        Assert.Equal(new EventDiscard(0, "m", "source_disabled", "The source is disabled."), Assert.Single(result.Discards));
    }

    [Fact]
    public Task TakeOne_AnyBytes_NeverThrows() => Gen.Select(Gen.Byte.Array[0, 40], Gen.Int[0, 90], Gen.Int[0, 90]).SampleAsync(
        async (noise, from, length) =>
        {
            var json = """{"type":"track","userId":"ann","event":"Order \ud83d","properties":{"a":[1,{"b":null}]}}"""u8.ToArray();
            byte[] mangled = [.. json.Take(from), .. noise, .. json.Skip(from + length)];

            var (result, _) = await Intake.TakeOneAsync(mangled, Source, TestContext.Current.CancellationToken);

            Assert.Equal(1, result.Accepted + result.Discards.Count(d => !d.Kept));
        },
        iter: 2_000);

    private async Task<IntakeResult> BatchAsync(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        return await Intake.TakeAsync(body, BatchOutline.Read(body), EventType.Unspecified, Source, default, TestContext.Current.CancellationToken);
    }

    private sealed class NoDiscards : IDiscardStore
    {
        public Task AddAsync(IReadOnlyCollection<DiscardTally> tallies, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<Discard>> ListAsync(string sourceId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Discard>>([]);
    }
}
