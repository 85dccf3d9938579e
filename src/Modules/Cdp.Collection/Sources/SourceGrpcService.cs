using Cdp.Collection.Discards;
using Cdp.Contracts.Collection.V1;
using Grpc.Core;

namespace Cdp.Collection.Sources;

/// <summary>Sources over gRPC.</summary>
public sealed class SourceGrpcService(SourceRegistry sources, DiscardLedger ledger, IDiscardStore discards) : SourceService.SourceServiceBase
{
    /// <inheritdoc />
    public override async Task<CreateSourceResponse> CreateSource(CreateSourceRequest request, ServerCallContext context)
    {
        var (source, key) = await sources.CreateAsync(request.Name, request.WriteKey, context.CancellationToken);
        return new CreateSourceResponse { Source = Map(source), WriteKey = key };
    }

    /// <inheritdoc />
    public override Task<ListSourcesResponse> ListSources(ListSourcesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListSourcesResponse { Sources = { sources.All.Select(Map) } });

    /// <inheritdoc />
    public override Task<Source> GetSource(GetSourceRequest request, ServerCallContext context) =>
        Task.FromResult(Map(sources.Get(request.Id)));

    /// <inheritdoc />
    public override async Task<Source> UpdateSource(UpdateSourceRequest request, ServerCallContext context) => Map(await sources.UpdateAsync(
        request.Id, request.HasName ? request.Name : null, request.HasEnabled ? request.Enabled : null, context.CancellationToken));

    /// <inheritdoc />
    public override async Task<CreateSourceResponse> RotateWriteKey(RotateWriteKeyRequest request, ServerCallContext context)
    {
        var (source, key) = await sources.RotateAsync(request.Id, context.CancellationToken);
        return new CreateSourceResponse { Source = Map(source), WriteKey = key };
    }

    /// <inheritdoc />
    public override async Task<ListDiscardsResponse> ListDiscards(ListDiscardsRequest request, ServerCallContext context)
    {
        sources.Get(request.SourceId);
        await ledger.FlushAsync(context.CancellationToken);
        return new ListDiscardsResponse { Discards = { await discards.ListAsync(request.SourceId, context.CancellationToken) } };
    }

    private static Source Map(StoredSource source) => new()
    {
        Id = source.Id,
        Name = source.Name,
        Enabled = source.Enabled,
        CreatedAt = source.CreatedAt,
        WriteKeyHint = source.KeyHint,
    };
}
