using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Cdp.InProcess.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.InProcess.Tests;

public sealed class UnaryCallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_Answered_GivesTheAnswerAndStatusOk()
    {
        var answer = new IngestResponse();
        using var call = new ScriptedCollection { OnIngest = (_, _) => Task.FromResult(answer) }.Connect().IngestAsync(new IngestRequest(), cancellationToken: Stop);

        Assert.Same(answer, await call);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Call_WithHeaders_ShowsThemToTheServiceAndItsOwnToTheCaller()
    {
        var client = new ScriptedCollection
        {
            OnIngest = async (_, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "seen", context.RequestHeaders.GetValue("asked") ?? "" } });
                context.ResponseTrailers.Add("last", "yes");
                return new IngestResponse();
            },
        }.Connect();
        using var call = client.IngestAsync(new IngestRequest(), new Metadata { { "asked", "this" } }, cancellationToken: Stop);

        Assert.Equal("this", (await call.ResponseHeadersAsync).GetValue("seen"));
        await call;
        Assert.Equal("yes", call.GetTrailers().GetValue("last"));
    }

    [Fact]
    public async Task Call_FailingWithFieldErrors_BringsThemToTheCaller()
    {
        var client = new ScriptedCollection { OnIngest = (_, _) => throw Failure.Invalid("event", "wrong") }.Connect();
        using var call = client.IngestAsync(new IngestRequest(), cancellationToken: Stop);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.Equal([new FieldError("event", "wrong")], Failure.FieldErrors(exception));
        Assert.Equal(StatusCode.InvalidArgument, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Call_FailingUnexpectedly_IsUnknownAndTellsNothing()
    {
        var client = new ScriptedCollection { OnIngest = (_, _) => throw new InvalidOperationException("internal") }.Connect();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await client.IngestAsync(new IngestRequest(), cancellationToken: Stop));

        Assert.Equal(StatusCode.Unknown, exception.StatusCode);
        Assert.DoesNotContain("internal", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithStatusSetByTheService_FailsWithIt()
    {
        var client = new ScriptedCollection
        {
            OnIngest = (_, context) =>
            {
                context.Status = new Status(StatusCode.ResourceExhausted, "full");
                return Task.FromResult(new IngestResponse());
            },
        }.Connect();

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await client.IngestAsync(new IngestRequest(), cancellationToken: Stop));

        Assert.Equal(StatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Fact]
    public async Task Call_OfAMethodNobodyBound_FailsWhenAwaitedAsUnimplemented()
    {
        var client = new CollectionService.CollectionServiceClient(new InProcessCallInvoker(new InProcessMethods()));
        using var call = client.IngestAsync(new IngestRequest(), cancellationToken: Stop);

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
    }

    [Fact]
    public async Task Call_CancelledBefore_DoesNotReachTheService()
    {
        var reached = false;
        var client = new ScriptedCollection { OnIngest = (_, _) => { reached = true; return Task.FromResult(new IngestResponse()); } }.Connect();

        var exception = await Assert.ThrowsAsync<RpcException>(
            async () => await client.IngestAsync(new IngestRequest(), cancellationToken: new CancellationToken(canceled: true)));

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        Assert.False(reached);
    }

    [Fact]
    public async Task Call_CancelledWhileTheServiceIgnoresIt_EndsForTheCallerAtOnce()
    {
        var entered = new TaskCompletionSource();
        var released = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var client = new ScriptedCollection
        {
            OnIngest = async (_, _) =>
            {
                entered.SetResult();
                await released.Task;
                ended.SetResult();
                return new IngestResponse();
            },
        }.Connect();
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var call = client.IngestAsync(new IngestRequest(), cancellationToken: hangUp.Token);
        await entered.Task;

        await hangUp.CancelAsync();
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
        released.SetResult();
        await ended.Task.WaitAsync(Stop);
    }

    [Fact]
    public async Task Call_PastItsDeadline_CancelsTheServiceAndSaysSo()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var client = new ScriptedCollection
        {
            OnIngest = async (_, context) =>
            {
                using var registration = context.CancellationToken.Register(cancelled.SetResult);
                entered.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
                return new IngestResponse();
            },
        }.Connect(time);
        using var call = client.IngestAsync(new IngestRequest(), deadline: time.GetUtcNow().UtcDateTime.AddSeconds(5), cancellationToken: Stop);
        await entered.Task;

        time.Advance(TimeSpan.FromSeconds(5));
        var exception = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.DeadlineExceeded, exception.StatusCode);
        await cancelled.Task.WaitAsync(Stop);
    }

    [Theory]
    [InlineData(-1, StatusCode.DeadlineExceeded)]
    [InlineData(0, StatusCode.DeadlineExceeded)]
    [InlineData(400, StatusCode.OK)]
    public async Task Call_WithDeadlineDaysAway_EndsAccordingly(int days, StatusCode expected)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var client = new ScriptedCollection { OnIngest = (_, _) => Task.FromResult(new IngestResponse()) }.Connect(time);
        using var call = client.IngestAsync(new IngestRequest(), deadline: time.GetUtcNow().UtcDateTime.AddDays(days), cancellationToken: Stop);

        var exception = await Record.ExceptionAsync(async () => await call);

        Assert.Equal(expected, exception is RpcException rpc ? rpc.StatusCode : StatusCode.OK);
    }

    [Fact]
    public async Task Calls_ManyOnOneLongLivedToken_LeaveNothingBehindOnIt()
    {
        // What a service registers on a call's token lives as long as that token is held by the caller's.
        var client = new ScriptedCollection
        {
            OnIngest = (request, context) =>
            {
                context.CancellationToken.Register(static held => GC.KeepAlive(held), request);
                return Task.FromResult(new IngestResponse());
            },
        }.Connect();
        using var process = new CancellationTokenSource();
        var seen = new List<WeakReference>();
        await CallManyAsync();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // The last calls may still be on some stack; a leak would keep all of them.
        Assert.InRange(seen.Count(r => r.IsAlive), 0, seen.Count / 10);

        async Task CallManyAsync()
        {
            for (var i = 0; i < 200; i++)
            {
                var request = new IngestRequest();
                seen.Add(new WeakReference(request));
                await client.IngestAsync(request, cancellationToken: process.Token);
            }
        }
    }

    [Fact]
    public void BlockingCall_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => new ScriptedCollection().Connect().Ingest(new IngestRequest(), cancellationToken: Stop));
}
