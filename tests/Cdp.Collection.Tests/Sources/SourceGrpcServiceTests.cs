using System.Net;
using Cdp.Collection.Sources;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Collection.Tests.Sources;

public sealed class SourceGrpcServiceTests : IAsyncLifetime
{
    private const string Event = """{"userId":"a","event":"E"}""";
    private readonly TempDirectory _directory = new();
    private TrackingServer _server = null!;

    private static CallContext Context => new(TestContext.Current.CancellationToken);

    private SourceGrpcService Service => _server.Services.GetRequiredService<SourceGrpcService>();

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Create_WithoutKey_MakesOneThatWorksAlsoAfterRestart()
    {
        var created = await Service.CreateSource(new CreateSourceRequest { Name = " Shop " }, Context);
        await _server.DisposeAsync();
        _server = await TrackingServer.StartAsync(_directory.Path);

        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/track", Event, TrackingServer.Basic(created.WriteKey))).Status);
        Assert.Equal(created.Source.Id, Assert.Single(await _server.EventsAsync()).SourceId);
        Assert.Equal(["default", "Shop"], (await Service.ListSources(new ListSourcesRequest(), Context)).Sources.Select(s => s.Name));
        Assert.Equal(created.WriteKey[^4..], created.Source.WriteKeyHint);
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), f => Text(f).Contains(created.WriteKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_SameKeyManyTimesAtOnce_SucceedsOnce()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            try
            {
                await Service.CreateSource(new CreateSourceRequest { Name = $"s{i}", WriteKey = "the-same-key" }, Context);
                return "";
            }
            catch (RpcException exception)
            {
                return Failure.FieldErrors(exception)[0].Field;
            }
        })));

        Assert.Equal(1, results.Count(r => r.Length == 0));
        Assert.Equal(7, results.Count(r => r == "write_key"));
    }

    [Fact]
    public async Task Create_NameAndKeyAreWrong_NamesBoth()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.CreateSource(new CreateSourceRequest { WriteKey = "short" }, Context));

        Assert.Equal(["name", "write_key"], Failure.FieldErrors(failure).Select(e => e.Field));
    }

    [Fact]
    public async Task Update_Disabled_DiscardsItsEvents()
    {
        var id = (await Service.ListSources(new ListSourcesRequest(), Context)).Sources[0].Id;
        await Service.UpdateSource(new UpdateSourceRequest { Id = id, Enabled = false }, Context);

        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/track", Event)).Status);

        Assert.Empty(await _server.EventsAsync());
        Assert.Equal("source_disabled", Assert.Single((await Service.ListDiscards(new ListDiscardsRequest { SourceId = id }, Context)).Discards).Code);
    }

    [Fact]
    public async Task Rotate_Key_StopsTheFormerOne()
    {
        var id = (await Service.ListSources(new ListSourcesRequest(), Context)).Sources[0].Id;
        var rotated = await Service.RotateWriteKey(new RotateWriteKeyRequest { Id = id }, Context);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.PostAsync("/v1/track", Event)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync("/v1/track", Event, TrackingServer.Basic(rotated.WriteKey))).Status);
    }

    [Fact]
    public async Task Get_UnknownSource_IsNotFound() =>
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Service.GetSource(new GetSourceRequest { Id = "src_x" }, Context))).StatusCode);

    private static string Text(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd();
    }
}
