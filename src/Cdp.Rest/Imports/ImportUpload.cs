using Cdp.Contracts.Collection.V1;
using Google.Protobuf;
using Grpc.Core;
using ImportClient = Cdp.Contracts.Collection.V1.ImportService.ImportServiceClient;

namespace Cdp.Rest.Imports;

/// <summary>Passes a file on to collection as it arrives.</summary>
internal static class ImportUpload
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>Streams the file; returns the job when its last row is durable.</summary>
    public static async Task<ImportJob> SendAsync(ImportBegin begin, Stream file, ImportClient client, CancellationToken cancellationToken)
    {
        using var call = client.CreateImport(cancellationToken: cancellationToken);
        if (await TryWriteAsync(call, new CreateImportRequest { Begin = begin }, cancellationToken))
            await SendFileAsync(call, file, cancellationToken);
        return await call.ResponseAsync;
    }

    private static async Task SendFileAsync(AsyncClientStreamingCall<CreateImportRequest, ImportJob> call, Stream file, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A buffer of its own for each chunk: in one process the message itself is handed over.
            var buffer = new byte[ChunkBytes];
            var length = await file.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            if (length == 0)
                break;
            var chunk = new CreateImportRequest { Chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, length)) };
            if (!await TryWriteAsync(call, chunk, cancellationToken))
                return;
        }
        await call.RequestStream.CompleteAsync();
    }

    // Collection may answer before the file has ended, for example where a column is missing: its answer is the one to give.
    private static async Task<bool> TryWriteAsync(
        AsyncClientStreamingCall<CreateImportRequest, ImportJob> call, CreateImportRequest message, CancellationToken cancellationToken)
    {
        if (call.ResponseAsync.IsCompleted)
            return false;
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var write = call.RequestStream.WriteAsync(message, answered.Token);
        if (await Task.WhenAny(write, call.ResponseAsync) != write)
            await answered.CancelAsync();
        try
        {
            await write;
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is RpcException or OperationCanceledException or InvalidOperationException)
        {
            return false;
        }
    }
}
