using System.Text;
using Cdp.Collection.Feed;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdp.Collection.Tests.Feed;

public sealed class CollectionGrpcServiceTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TrackingServer _server = null!;

    private static CallContext Context => new(TestContext.Current.CancellationToken);

    private CollectionGrpcService Service => _server.Services.GetRequiredService<CollectionGrpcService>();

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Ingest_EventTwice_TellsItsIdAndThatItIsADuplicate()
    {
        var request = Request("""{"type":"track","userId":"a","event":"E","messageId":"m"}""");

        Assert.Equal(new IngestResult { MessageId = "m" }, (await Service.Ingest(request, Context)).Result);
        Assert.Equal(new IngestResult { MessageId = "m", Duplicate = true }, (await Service.Ingest(request, Context)).Result);
        Assert.Equal("event_not_defined", (await Service.Ingest(Request("""{"type":"track","userId":"a"}"""), Context)).Result.DiscardCode);
    }

    [Theory]
    [InlineData("{"), InlineData("large")]
    public async Task Ingest_NotJsonOrTooLarge_IsInvalid(string json)
    {
        var request = Request(json == "large" ? $$"""{"type":"track","userId":"a","event":"{{new string('x', 40_000)}}"}""" : json);

        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.Ingest(request, Context));

        Assert.Equal((StatusCode.InvalidArgument, "event"), (failure.StatusCode, Failure.FieldErrors(failure)[0].Field));
    }

    [Fact]
    public async Task Ingest_UnknownKey_IsUnauthenticated() =>
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => Service.Ingest(new IngestRequest { WriteKey = "other" }, Context))).StatusCode);

    [Fact]
    public async Task IngestBatch_GoodAndBad_TellsWhichWereDropped()
    {
        var request = new IngestBatchRequest { WriteKey = TrackingServer.WriteKey };
        request.Events.AddRange(new[] { """{"type":"track","userId":"a","event":"E"}""", "{", """{"type":"track","event":"E","messageId":"m"}""" }.Select(ByteString.CopyFromUtf8));

        var response = await Service.IngestBatch(request, Context);

        Assert.Equal(1, response.Accepted);
        Assert.Equal([(1, "event_not_object", ""), (2, "no_user_anon_id", "m")], response.Discarded.Select(d => (d.Index, d.DiscardCode, d.MessageId)));
        request.Events.Add(ByteString.CopyFrom(new byte[500 * 1024]));
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => Service.IngestBatch(request, Context))).StatusCode);
    }

    [Fact]
    public async Task IngestStream_ManyEventsAndABadOne_AnswersOnceForAll()
    {
        var requests = Enumerable.Range(0, 1_000).Select(i => Request(i == 777 ? "5" : $$"""{"type":"track","userId":"u{{i % 9}}","event":"E","messageId":"{{i % 900}}"}""", i == 0));

        var response = await Service.IngestStream(new Requests(requests), Context);

        Assert.Equal((899, 100, 777), (response.Accepted, response.Duplicates, Assert.Single(response.Discarded).Index));
        Assert.Equal(899, (await _server.EventsAsync()).Count);
    }

    [Fact]
    public async Task Subscribe_PositionsAreWrong_NamesThemAll()
    {
        var request = new SubscribeRequest { From = { new FeedPosition { Partition = 99 }, new FeedPosition { Partition = 1 }, new FeedPosition { Offset = -1 } } };

        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.Subscribe(request, new Responses(), Context));

        Assert.Equal(["from[0]", "from[2]"], Failure.FieldErrors(failure).Select(e => e.Field));
    }

    [Fact]
    public async Task Subscribe_HostStops_EndsTheStreamAsUnavailable()
    {
        await Service.Ingest(Request("""{"type":"track","userId":"a","event":"E"}"""), Context);
        var responses = new Responses();
        var subscribing = Service.Subscribe(new SubscribeRequest(), responses, Context);
        Assert.Equal(1, (await responses.First.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Count);

        _server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => subscribing)).StatusCode);
    }

    [Fact]
    public async Task ReadEvents_Positions_GivesTheirEventsOrSaysWhichIsMissing()
    {
        await Service.Ingest(Request("""{"type":"track","userId":"a","event":"E","messageId":"m"}"""), Context);
        var partition = (await Service.GetLogHeads(new GetLogHeadsRequest(), Context)).Heads.Single(h => h.Offset == 1).Partition;
        var request = new ReadEventsRequest { Positions = { new FeedPosition { Partition = partition } } };

        Assert.Equal("m", Assert.Single((await Service.ReadEvents(request, Context)).Events).MessageId);
        request.Positions.Add(new FeedPosition { Partition = partition, Offset = 1 });
        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.ReadEvents(request, Context));
        Assert.Equal((StatusCode.NotFound, $"There is no event '{partition}-1'."), (failure.StatusCode, failure.Status.Detail));
        request.Positions.Add(new FeedPosition { Partition = 99 });
        Assert.Equal("positions[2]", Assert.Single(Failure.FieldErrors(await Assert.ThrowsAsync<RpcException>(() => Service.ReadEvents(request, Context)))).Field);
        request.Positions.AddRange(Enumerable.Repeat(request.Positions[0], 10_000));
        Assert.Equal("positions", Assert.Single(Failure.FieldErrors(await Assert.ThrowsAsync<RpcException>(() => Service.ReadEvents(request, Context)))).Field);
    }

    [Fact]
    public async Task EraseEvents_Position_LeavesTheOffsetOnly()
    {
        await Service.Ingest(Request("""{"type":"track","userId":"a","event":"E"}"""), Context);
        var head = (await Service.GetLogHeads(new GetLogHeadsRequest(), Context)).Heads.Single(h => h.Offset == 1);
        var request = new EraseEventsRequest { Positions = { new FeedPosition { Partition = head.Partition } } };

        Assert.Equal(1, (await Service.EraseEvents(request, Context)).Erased);
        Assert.Equal(0, (await Service.EraseEvents(request, Context)).Erased);
        Assert.Equal(EventType.Erased, Assert.Single(await _server.EventsAsync()).Type);
    }

    private static IngestRequest Request(string json, bool withKey = true) =>
        new() { WriteKey = withKey ? TrackingServer.WriteKey : "", Event = ByteString.CopyFrom(Encoding.UTF8.GetBytes(json)) };

    private sealed class Requests(IEnumerable<IngestRequest> requests) : IAsyncStreamReader<IngestRequest>
    {
        private readonly IEnumerator<IngestRequest> _requests = requests.GetEnumerator();

        public IngestRequest Current => _requests.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => Task.FromResult(_requests.MoveNext());
    }

    private sealed class Responses : IServerStreamWriter<EventFeedBatch>
    {
        private readonly TaskCompletionSource<EventFeedBatch> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<EventFeedBatch> First => _first.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(EventFeedBatch message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(EventFeedBatch message, CancellationToken cancellationToken)
        {
            _first.TrySetResult(message);
            return Task.CompletedTask;
        }
    }
}
