using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Tests.Fakes;
using Grpc.Core;

namespace Cdp.Rest.Tests.Gateway;

public sealed class GrpcRoutesTests : IAsyncLifetime
{
    private StageServer _stage = null!;
    private GatewayServer _gateway = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stage = await StageServer.StartAsync();
        _gateway = await GatewayServer.StartAsync(_stage.HttpUrl, _stage.GrpcUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task Ingest_WithoutApiKey_IsPassedOn()
    {
        var client = new CollectionService.CollectionServiceClient(_gateway.Grpc);

        var answer = await client.IngestAsync(new IngestRequest { WriteKey = "w" }, cancellationToken: Stop);

        Assert.Equal("w", answer.Result.MessageId);
        Assert.Equal("between-us", _stage.Seen.Headers["cdp-service-key"]);
    }

    [Fact]
    public async Task GetSource_WithScope_IsPassedOnWithTheCaller()
    {
        var client = new SourceService.SourceServiceClient(_gateway.Grpc);
        var headers = Bearer("admin");
        headers.Add("cdp-actor", "key_someone_else");

        var source = await client.GetSourceAsync(new GetSourceRequest { Id = "src_1" }, headers, cancellationToken: Stop);

        Assert.Equal("src_1", source.Id);
        Assert.Equal("key_admin", _stage.Seen.Headers["cdp-actor"]);
        Assert.DoesNotContain("Authorization", _stage.Seen.Headers.Keys);
    }

    [Theory]
    [InlineData(null, StatusCode.Unauthenticated)]
    [InlineData("no-such-key", StatusCode.Unauthenticated)]
    [InlineData("reader", StatusCode.PermissionDenied)]
    [InlineData("down", StatusCode.Unavailable)]
    public async Task GetSource_WithoutScope_IsRefused(string? key, StatusCode expected)
    {
        var client = new SourceService.SourceServiceClient(_gateway.Grpc);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.GetSourceAsync(new GetSourceRequest { Id = "src_1" }, key is null ? [] : Bearer(key), cancellationToken: Stop));

        Assert.Equal(expected, failure.StatusCode);
    }

    [Fact]
    public async Task Subscribe_WithAllScopes_Streams()
    {
        var client = new CollectionService.CollectionServiceClient(_gateway.Grpc);
        using var call = client.Subscribe(new SubscribeRequest(), Bearer("admin"), cancellationToken: Stop);

        var offsets = new List<long>();
        while (await call.ResponseStream.MoveNext(Stop))
            offsets.Add(call.ResponseStream.Current.FirstOffset);

        Assert.Equal([0, 1, 2], offsets);
    }

    [Fact]
    public async Task EraseEvents_EvenByAdmin_IsNotThere()
    {
        var client = new CollectionService.CollectionServiceClient(_gateway.Grpc);

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.EraseEventsAsync(new EraseEventsRequest(), Bearer("admin"), cancellationToken: Stop));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Stage_IsDown_AnswersUnavailable()
    {
        await using var gateway = await GatewayServer.StartAsync("http://127.0.0.1:1", "http://127.0.0.1:1");
        var client = new CollectionService.CollectionServiceClient(gateway.Grpc);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.IngestAsync(new IngestRequest(), cancellationToken: Stop));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    private static Metadata Bearer(string key) => new() { { "Authorization", $"Bearer {key}" } };
}
