using Cdp.Contracts.Collection.V1;
using Cdp.InProcess.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.InProcess.Tests;

public sealed class ServerStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_WrittenToItsEnd_GivesAllMessagesInOrder()
    {
        var client = new ScriptedCollection
        {
            OnSubscribe = async (responses, _) =>
            {
                for (var i = 0; i < 100; i++)
                    await responses.WriteAsync(new EventFeedBatch { FirstOffset = i });
            },
        }.Connect();
        using var call = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);

        var offsets = new List<long>();
        while (await call.ResponseStream.MoveNext(Stop))
            offsets.Add(call.ResponseStream.Current.FirstOffset);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), offsets);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.False(await call.ResponseStream.MoveNext(Stop));
    }

    [Fact]
    public async Task Stream_FailingAfterMessages_GivesThemFirst()
    {
        var client = new ScriptedCollection
        {
            OnSubscribe = async (responses, _) =>
            {
                await responses.WriteAsync(new EventFeedBatch());
                throw new RpcException(new Status(StatusCode.DataLoss, "broken"));
            },
        }.Connect();
        using var call = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);

        Assert.True(await call.ResponseStream.MoveNext(Stop));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Stop));

        Assert.Equal(StatusCode.DataLoss, exception.StatusCode);
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Stream_NotRead_HoldsItsWriterUp()
    {
        var written = 0;
        var blocked = new TaskCompletionSource();
        var client = new ScriptedCollection
        {
            OnSubscribe = async (responses, _) =>
            {
                for (; written < 1_000; written++)
                {
                    var write = responses.WriteAsync(new EventFeedBatch());
                    if (!write.IsCompleted)
                        blocked.TrySetResult();
                    await write;
                }
            },
        }.Connect();
        using var call = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);

        await blocked.Task.WaitAsync(Stop);
        Assert.InRange(written, 1, 100);

        var read = 0;
        while (await call.ResponseStream.MoveNext(Stop))
            read++;
        Assert.Equal(1_000, read);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_AbandonedByItsReader_EndsTheServiceThatWaitsToWrite(bool ownToken)
    {
        using var another = new CancellationTokenSource();
        var blocked = new TaskCompletionSource();
        var ended = new TaskCompletionSource<Exception>();
        var client = new ScriptedCollection
        {
            OnSubscribe = async (responses, _) =>
            {
                try
                {
                    while (true)
                    {
                        var write = responses.WriteAsync(new EventFeedBatch(), ownToken ? another.Token : CancellationToken.None);
                        if (!write.IsCompleted)
                            blocked.TrySetResult();
                        await write;
                    }
                }
                catch (Exception exception)
                {
                    ended.SetResult(exception);
                    throw;
                }
            },
        }.Connect();
        var call = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);
        await blocked.Task.WaitAsync(Stop);

        call.Dispose();

        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(Stop));
    }

    [Fact]
    public async Task MoveNext_WhenTheCallIsCancelled_FailsAsCancelled()
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var call = Silent().Connect().Subscribe(new SubscribeRequest(), cancellationToken: hangUp.Token);
        var next = call.ResponseStream.MoveNext(Stop);

        await hangUp.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(() => next);

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task MoveNext_PastTheDeadline_FailsAsDeadlineExceeded()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var call = Silent().Connect(time).Subscribe(new SubscribeRequest(), deadline: time.GetUtcNow().UtcDateTime.AddSeconds(1), cancellationToken: Stop);
        var next = call.ResponseStream.MoveNext(Stop);

        time.Advance(TimeSpan.FromSeconds(2));
        var exception = await Assert.ThrowsAsync<RpcException>(() => next);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task Dispose_AfterTheEnd_IsHarmless()
    {
        var client = new ScriptedCollection { OnSubscribe = (_, _) => Task.CompletedTask }.Connect();
        var call = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);
        Assert.False(await call.ResponseStream.MoveNext(Stop));

        call.Dispose();

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static ScriptedCollection Silent() =>
        new() { OnSubscribe = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken) };
}
