using System.Diagnostics;
using Cdp.Contracts.Collection.V1;
using Cdp.Profile.Tests.Fakes;

namespace Cdp.Profile.Tests.Consuming;

/// <summary>Events of several traces in one round: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/</summary>
public sealed class TraceTests : IAsyncDisposable
{
    private readonly ActivityContext _first = SpanListener.NewTrace();
    private readonly ActivityContext _second = SpanListener.NewTrace();
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeIdentity _identity = new();
    private readonly ProfileStage _stage;
    private readonly SpanListener _spans;

    public TraceTests()
    {
        _stage = new ProfileStage(_directory.Path, _identity);
        _spans = new SpanListener(_first, _second);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_EventsOfTwoTraces_MakesOneSpanInEachAndHandsItOn()
    {
        await _stage.WriteAsync(0, Order("ann", _first), Order("ann", _first), Order("bob", _second), Order("cid", null));

        var spans = _spans.Stopped.ToDictionary(s => s.TraceId);
        Assert.Equal([_first.SpanId, _second.SpanId], [spans[_first.TraceId].ParentSpanId, spans[_second.TraceId].ParentSpanId]);
        Assert.All(_spans.Stopped, s => Assert.Equal(("process events", ActivityKind.Consumer, ActivityStatusCode.Unset), (s.DisplayName, s.Kind, s.Status)));
        string[] handedOn = [spans[_first.TraceId].Id!, spans[_first.TraceId].Id!, spans[_second.TraceId].Id!, ""];
        Assert.Equal(handedOn, _identity.Traceparents);
        var (changes, _) = await _stage.Store.ChangesAfterAsync(0, 10, Stop);
        Assert.Equal(handedOn.Order(), changes.SelectMany(c => c.Events).Select(e => e.Traceparent).Order());
    }

    [Fact]
    public async Task Write_CommitFails_TheSpanSaysSo()
    {
        _stage.Store.FailBefore = true;

        await Assert.ThrowsAsync<IOException>(() => _stage.WriteAsync(0, Order("ann", _first)));

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(_spans.Stopped).Status);
    }

    [Fact]
    public async Task Write_NobodyListensToTheTrace_HandsItOnUnchanged()
    {
        var other = SpanListener.NewTrace();

        await _stage.WriteAsync(0, Order("ann", other));

        Assert.Empty(_spans.Stopped);
        Assert.Equal([SpanListener.Text(other)], _identity.Traceparents);
    }

    public async ValueTask DisposeAsync()
    {
        _spans.Dispose();
        await _stage.DisposeAsync();
        _directory.Dispose();
    }

    private static Event Order(string user, ActivityContext? trace)
    {
        var order = LogEvents.Track(user, "Ordered");
        order.Traceparent = trace is { } context ? SpanListener.Text(context) : "";
        return order;
    }
}
