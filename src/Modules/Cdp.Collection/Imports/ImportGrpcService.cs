using System.Globalization;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;

namespace Cdp.Collection.Imports;

/// <summary>Imports over gRPC.</summary>
public sealed class ImportGrpcService(ImportRunner runner, IImportStore store) : ImportService.ImportServiceBase
{
    /// <inheritdoc />
    public override async Task<ImportJob> CreateImport(IAsyncStreamReader<CreateImportRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.PartCase != CreateImportRequest.PartOneofCase.Begin)
            throw Failure.Invalid("begin", "the first message has to say what the file is");
        return await runner.RunAsync(requestStream.Current.Begin, new ChunkStream(requestStream), context.CancellationToken);
    }

    /// <inheritdoc />
    public override Task<ImportJob> GetImport(GetImportRequest request, ServerCallContext context) => FindAsync(request.Id, context);

    /// <inheritdoc />
    public override async Task<ListImportsResponse> ListImports(ListImportsRequest request, ServerCallContext context)
    {
        var limit = request.Limit <= 0 ? 50 : Math.Min(request.Limit, 200);
        var jobs = await store.ListAsync(request.Cursor, limit, context.CancellationToken);
        return new ListImportsResponse { Imports = { jobs }, NextCursor = jobs.Count == limit ? jobs[^1].Id : "" };
    }

    /// <inheritdoc />
    public override async Task<ListRejectsResponse> ListRejects(ListRejectsRequest request, ServerCallContext context)
    {
        await FindAsync(request.ImportId, context);
        var limit = request.Limit <= 0 ? 100 : Math.Min(request.Limit, 1000);
        if (!long.TryParse(request.Cursor.Length == 0 ? "0" : request.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            throw Failure.Invalid("cursor", "expected a cursor of an earlier page");
        var rejects = await store.ListRejectsAsync(request.ImportId, after, limit, context.CancellationToken);
        return new ListRejectsResponse
        {
            Rejects = { rejects },
            NextCursor = rejects.Count == limit ? rejects[^1].Row.ToString(CultureInfo.InvariantCulture) : "",
        };
    }

    private async Task<ImportJob> FindAsync(string id, ServerCallContext context) =>
        await store.FindAsync(id, context.CancellationToken) ?? throw Failure.NotFound("import", id);
}
