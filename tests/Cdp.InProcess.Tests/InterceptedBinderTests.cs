using Cdp.Contracts.Collection.V1;
using Cdp.InProcess.Tests.Fakes;
using Grpc.Core;

namespace Cdp.InProcess.Tests;

public sealed class InterceptedBinderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_OfEveryKind_GoesThroughTheInterceptor()
    {
        var interceptor = new CountingInterceptor();
        var methods = new InProcessMethods();
        var binder = new InterceptedBinder(methods, interceptor);
        CollectionService.BindService(binder, new ScriptedCollection
        {
            OnIngest = (_, _) => Task.FromResult(new IngestResponse()),
            OnIngestStream = (_, _) => Task.FromResult(new IngestBatchResponse()),
            OnSubscribe = (_, _) => Task.CompletedTask,
        });
        binder.AddMethod(Echo.Method, (DuplexStreamingServerMethod<string, string>)Echo.SayAsync);
        var invoker = new InProcessCallInvoker(methods);
        var client = new CollectionService.CollectionServiceClient(invoker);

        await client.IngestAsync(new IngestRequest(), cancellationToken: Stop);
        using var stream = client.IngestStream(cancellationToken: Stop);
        await stream;
        using var feed = client.Subscribe(new SubscribeRequest(), cancellationToken: Stop);
        Assert.False(await feed.ResponseStream.MoveNext(Stop));
        using var echo = invoker.AsyncDuplexStreamingCall(Echo.Method, null, new CallOptions(cancellationToken: Stop));
        await echo.RequestStream.CompleteAsync();
        Assert.False(await echo.ResponseStream.MoveNext(Stop));

        Assert.Equal(
            [
                "/cdp.collection.v1.CollectionService/Ingest", "/cdp.collection.v1.CollectionService/IngestStream",
                "/cdp.collection.v1.CollectionService/Subscribe", "/test.Echo/Say",
            ],
            interceptor.Seen);
    }
}
