using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch.Feed;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Tests.Fakes;
using Cdp.SegmentSearch.Writing;
using Cdp.Storage.Embedded.SegmentSearch;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.SegmentSearch.Tests.Writing;

public sealed class MembershipWriterTests : IAsyncDisposable
{
    private const string Ordered = """{"event":"Order Completed","count":{"op":"at_least","value":2}}""";
    private readonly string _directory = Directory.CreateTempSubdirectory("segments").FullName;
    private readonly EmbeddedSegmentStore _embedded;
    private readonly FailingStore _store;
    private readonly SegmentState _state;
    private readonly MembershipWriter _writer;
    private readonly SegmentEditor _editor;

    public MembershipWriterTests()
    {
        var time = new FakeTimeProvider();
        _embedded = new EmbeddedSegmentStore(_directory);
        _store = new FailingStore(_embedded);
        _state = new SegmentState(time);
        _writer = new MembershipWriter(_state, _store, new MembershipFeed(_store), time);
        _editor = new SegmentEditor(_state, _writer);
        _state.MarkLoaded();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_StoreFails_StoresTheSameResultLaterAndCountsNothingTwice()
    {
        await _editor.CreateAsync("s", "", Ordered, Cancellation);
        await _writer.ApplyAsync([Order("a")], 1, Cancellation);
        _store.IsFull = true;

        await Assert.ThrowsAsync<IOException>(() => _writer.ApplyAsync([Order("a")], 2, Cancellation));
        await Assert.ThrowsAsync<IOException>(() => _writer.ApplyAsync([Order("b")], 3, Cancellation));
        var durable = _state.Durable.Profile;
        var size = _state.Catalog.Find("s")!.Size;
        _store.IsFull = false;
        Assert.Equal(2, _writer.ProfileSequence);
        await _writer.ApplyAsync([Order("b")], 3, Cancellation);

        Assert.Equal((1, 0), (durable, size));
        Assert.Equal(3, _state.Durable.Profile);
        Assert.Equal(["+a Profile"], await HistoryAsync());
    }

    [Fact]
    public async Task Define_StoreFails_ChangesNothing()
    {
        await _editor.CreateAsync("s", "", Ordered, Cancellation);
        await _editor.CreateAsync("dependent", "", """{"segment":"s"}""", Cancellation);
        await _writer.ApplyAsync([Order("a")], 1, Cancellation);
        _store.IsFull = true;

        await Assert.ThrowsAsync<IOException>(() => _editor.UpdateAsync("s", null, """{"event":"Order Completed"}""", Cancellation));
        await Assert.ThrowsAsync<IOException>(() => _editor.CreateAsync("t", "", Ordered, Cancellation));
        _store.IsFull = false;

        Assert.Null(_state.Catalog.Find("t"));
        Assert.Equal(Ordered, _state.Catalog.Find("s")!.Definition.Condition);
        Assert.All(_state.Catalog.Ranked, s => Assert.Equal(0, s.Members.Count));
        await _writer.ApplyAsync([Order("a")], 2, Cancellation);
        Assert.Equal(["+a Profile"], await HistoryAsync());
    }

    [Fact]
    public async Task Apply_TracedEvent_IsTheContextOfTheEntriesItCauses()
    {
        const string context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await _editor.CreateAsync("s", "", """{"event":"Order Completed"}""", Cancellation);
        var traced = Order("a");
        traced.Events[0].Traceparent = context;

        await _writer.ApplyAsync([traced, Order("b")], 1, Cancellation);

        var (changes, _) = await _store.ChangesAfterAsync(0, 10, Cancellation);
        Assert.Equal([("a", context), ("b", "")], changes.Select(c => (c.ProfileId, c.Traceparent)));
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _state.Dispose();
        await _embedded.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<string[]> HistoryAsync() =>
        [.. (await _store.HistoryAsync("s", "", long.MaxValue, 100, Cancellation)).Select(RunningStage.Describe)];

    private static ProfileChange Order(string id) => new()
    {
        Profile = new ProfileDocument { Id = id },
        Events = { new TimelineEvent { Type = "track", Name = "Order Completed" } },
    };
}
