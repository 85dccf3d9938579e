using Cdp.Contracts.Collection.V1;
using Cdp.InProcess.Tests.Fakes;
using Grpc.Core;

namespace Cdp.InProcess.Tests;

public sealed class ClientStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_CompletedByTheClient_ReachesTheServiceWhole()
    {
        var client = new ScriptedCollection { OnIngestStream = ReadAllAsync }.Connect();
        using var call = client.IngestStream(cancellationToken: Stop);

        for (var i = 0; i < 100; i++)
            await call.RequestStream.WriteAsync(new IngestRequest(), Stop);
        await call.RequestStream.CompleteAsync();

        Assert.Equal(100, (await call).Accepted);
    }

    [Fact]
    public async Task Write_WhenTheServiceHasRefused_FailsWithItsStatusInsteadOfWaiting()
    {
        var client = new ScriptedCollection
        {
            OnIngestStream = (_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "no")),
        }.Connect();
        using var call = client.IngestStream(cancellationToken: Stop);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(new IngestRequest(), Stop);
        });

        Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    [Fact]
    public async Task Write_WhenTheServiceHasAnswered_IsRefused()
    {
        var client = new ScriptedCollection { OnIngestStream = (_, _) => Task.FromResult(new IngestBatchResponse()) }.Connect();
        using var call = client.IngestStream(cancellationToken: Stop);
        await call;

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
                await call.RequestStream.WriteAsync(new IngestRequest(), Stop);
        });
    }

    [Fact]
    public async Task Write_WhenTheCallIsCancelled_IsRefused()
    {
        var client = new ScriptedCollection { OnIngestStream = ReadAllAsync }.Connect();
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var call = client.IngestStream(cancellationToken: hangUp.Token);
        await call.RequestStream.WriteAsync(new IngestRequest(), Stop);

        await hangUp.CancelAsync();

        var exception = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new IngestRequest(), Stop));
        Assert.Equal(StatusCode.Cancelled, exception.StatusCode);
    }

    [Fact]
    public async Task Read_OfACancelledStream_NeverLooksLikeItsEnd()
    {
        // Who takes part of a file for all of it loses the rest: tried often, because it is a race.
        for (var i = 0; i < 300; i++)
        {
            var began = new TaskCompletionSource();
            var ended = new TaskCompletionSource<Exception?>();
            var client = new ScriptedCollection
            {
                OnIngestStream = async (requests, context) =>
                {
                    began.SetResult();
                    var exception = await Record.ExceptionAsync(() => ReadAllAsync(requests, context));
                    ended.SetResult(exception);
                    throw exception ?? new InvalidOperationException("The stream looked complete.");
                },
            }.Connect();
            using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            using var call = client.IngestStream(cancellationToken: hangUp.Token);
            await call.RequestStream.WriteAsync(new IngestRequest(), Stop);
            await began.Task.WaitAsync(Stop);

            await hangUp.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(async () => await call);

            Assert.Equal(StatusCode.Cancelled, Assert.IsType<RpcException>(await ended.Task.WaitAsync(Stop)).StatusCode);
        }
    }

    private static async Task<IngestBatchResponse> ReadAllAsync(IAsyncStreamReader<IngestRequest> requests, ServerCallContext context)
    {
        var response = new IngestBatchResponse();
        while (await requests.MoveNext(context.CancellationToken))
            response.Accepted++;
        return response;
    }
}
