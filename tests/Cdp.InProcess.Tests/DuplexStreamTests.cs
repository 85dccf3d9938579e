using Cdp.InProcess.Tests.Fakes;
using CsCheck;
using Grpc.Core;

namespace Cdp.InProcess.Tests;

public sealed class DuplexStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_OfAnyLength_ComesBackInOrder() => await Gen.String.List[0, 60].SampleAsync(
        async texts =>
        {
            using var call = Call(Echo.Bind(Echo.SayAsync));
            var writing = WriteAsync(call.RequestStream, texts);
            var answers = new List<string>();
            while (await call.ResponseStream.MoveNext(Stop))
                answers.Add(call.ResponseStream.Current);
            await writing;
            Assert.Equal(texts, answers);
        },
        iter: 100);

    [Fact]
    public async Task Write_WhenTheServiceHasFailed_FailsWithItsStatus()
    {
        using var call = Call(Echo.Bind((_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"))));

        var write = await Assert.ThrowsAsync<RpcException>(() => WriteAsync(call.RequestStream, Enumerable.Repeat("x", 1_000)));
        var read = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Stop));

        Assert.Equal((StatusCode.PermissionDenied, StatusCode.PermissionDenied), (write.StatusCode, read.StatusCode));
    }

    [Fact]
    public void Bind_OfOneMethodTwice_IsRefused()
    {
        var methods = Echo.Bind(Echo.SayAsync);

        Assert.Throws<InvalidOperationException>(() => methods.AddMethod(Echo.Method, (DuplexStreamingServerMethod<string, string>)Echo.SayAsync));
    }

    private static AsyncDuplexStreamingCall<string, string> Call(InProcessMethods methods) =>
        new InProcessCallInvoker(methods).AsyncDuplexStreamingCall(Echo.Method, null, new CallOptions(cancellationToken: Stop));

    private static async Task WriteAsync(IClientStreamWriter<string> requests, IEnumerable<string> texts)
    {
        foreach (var text in texts)
            await requests.WriteAsync(text, Stop);
        await requests.CompleteAsync();
    }
}
