using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Governance.Tests.Fakes;
using Cdp.ServiceDefaults.Auditing;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Auditing;

public sealed class AuditInterceptorTests
{
    private const string Secret = "zzsecretzz";
    private const string Delete = "/cdp.segment_search.v1.SegmentService/DeleteSegment";
    private readonly RecordingAudit _audit = new();
    private readonly FakeTimeProvider _time = new();
    private readonly AuditInterceptor _interceptor;

    public AuditInterceptorTests() =>
        _interceptor = new AuditInterceptor(new ServiceCollection().AddSingleton(_audit.Connect()).BuildServiceProvider(), _time);

    public static TheoryData<string, IMessage, IMessage, string> Targets => new()
    {
        { "cdp.segment_search.v1.SegmentService/CreateSegment", new CreateSegmentRequest { Key = "vip", Name = Secret }, new Segment { Key = "vip" }, "vip" },
        { "cdp.activation.v1.ActivationService/CreateDestination", new CreateDestinationRequest { Name = Secret, Url = Secret }, new CreateDestinationResponse { Destination = new Destination { Id = "dst_1", Url = Secret }, Secret = Secret }, "dst_1" },
        { "cdp.activation.v1.ActivationService/CreateActivation", new CreateActivationRequest { SegmentKey = "vip", DestinationId = "dst_1" }, new SegmentActivation { Id = "act_1" }, "act_1" },
        { "cdp.activation.v1.ActivationService/ReplayDelivery", new ReplayDeliveryRequest { Id = "dlv_1" }, new Delivery { Id = "dlv_1", ProfileId = Secret }, "dlv_1" },
        { "cdp.collection.v1.SourceService/CreateSource", new CreateSourceRequest { Name = Secret, WriteKey = Secret }, new CreateSourceResponse { Source = new Source { Id = "src_1" }, WriteKey = Secret }, "src_1" },
        { "cdp.governance.v1.ApiKeyService/CreateApiKey", new CreateApiKeyRequest { Name = Secret }, new CreateApiKeyResponse { Key = new ApiKey { Id = "key_1" }, Secret = Secret }, "key_1" },
        { "cdp.governance.v1.RegulationService/CreateRegulation", new CreateRegulationRequest { Identifier = new Identifier { Type = "email", Value = Secret } }, new Regulation { Id = "reg_1" }, "reg_1" },
        { "cdp.governance.v1.ConsentService/DeletePurpose", new DeletePurposeRequest { Key = new string('k', 300) }, new DeletePurposeResponse(), new string('k', 200) },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Call_OfAnAuditedRpc_LeavesOneEntryWithTheIdOnly(string method, IMessage request, IMessage response, string target)
    {
        var answer = await _interceptor.UnaryServerHandler(request, new TestCallContext("key_9", $"/{method}"), (_, _) => Task.FromResult(response));

        Assert.Same(response, answer);
        var entry = Assert.Single(_audit.Entries);
        Assert.Equal(("key_9", target), (entry.Actor, entry.Target));
        Assert.DoesNotContain(Secret, entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfAStreamedImport_IsAuditedToo()
    {
        await _interceptor.ClientStreamingServerHandler<CreateImportRequest, ImportJob>(
            null!, new TestCallContext(method: "/cdp.collection.v1.ImportService/CreateImport"), (_, _) => Task.FromResult(new ImportJob { Id = "imp_1" }));

        Assert.Equal(new RecordAuditRequest { Actor = "system", Action = "import.create", Target = "imp_1" }, Assert.Single(_audit.Entries));
    }

    [Fact]
    public async Task Call_OfAnotherRpc_LeavesNone()
    {
        await _interceptor.UnaryServerHandler(
            new ListSegmentsRequest(), new TestCallContext(method: "/cdp.segment_search.v1.SegmentService/ListSegments"), (_, _) => Task.FromResult(new ListSegmentsResponse()));

        Assert.Empty(_audit.Entries);
    }

    [Fact]
    public async Task Call_ThatFails_LeavesNone()
    {
        await Assert.ThrowsAsync<RpcException>(() => DeleteAsync(new TestCallContext(method: Delete), () => throw new RpcException(Status.DefaultCancelled)));

        Assert.Empty(_audit.Entries);
    }

    [Fact]
    public async Task Call_WhoseCallerHangsUpAfterTheChange_IsAuditedAllTheSame()
    {
        using var hangUp = new CancellationTokenSource();

        await DeleteAsync(new TestCallContext(method: Delete, cancellation: hangUp.Token), hangUp.Cancel);

        Assert.Single(_audit.Entries);
    }

    [Fact]
    public async Task Call_WhoseAuditIsRefused_FailsAndSaysThatTheChangeWasMade()
    {
        _audit.OnRecord = _ => throw new RpcException(new Status(StatusCode.Internal, "disk"));

        var exception = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync(new TestCallContext(method: Delete), () => { }));

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Contains("was made", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WhoseAuditHangs_FailsAfterSomeSeconds()
    {
        var hangs = new TaskCompletionSource();
        _audit.OnRecord = async context =>
        {
            hangs.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        };
        var call = DeleteAsync(new TestCallContext(method: Delete), () => { });
        await hangs.Task;

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
    }

    [Fact]
    public async Task Call_InAHostWithoutAnAuditClient_FailsBeforeTheChange()
    {
        var interceptor = new AuditInterceptor(new ServiceCollection().BuildServiceProvider(), _time);
        var changed = false;

        await Assert.ThrowsAsync<InvalidOperationException>(() => interceptor.UnaryServerHandler(
            new DeleteSegmentRequest { Key = "vip" }, new TestCallContext(method: Delete),
            (_, _) => { changed = true; return Task.FromResult(new DeleteSegmentResponse()); }));

        Assert.False(changed);
    }

    [Fact]
    public async Task Call_OfEveryRpcThatTheProtosMark_IsAudited()
    {
        var marked = typeof(Segment).Assembly.GetTypes()
            .Select(t => t.GetProperty("Descriptor", typeof(FileDescriptor))?.GetValue(null)).OfType<FileDescriptor>()
            .SelectMany(f => f.Services).SelectMany(s => s.Methods)
            .Where(m => !string.IsNullOrEmpty(m.GetOptions()?.GetExtension(CommonExtensions.Audited))).ToList();
        Assert.True(marked.Count >= 19);

        foreach (var method in marked)
        {
            var context = new TestCallContext(method: $"/{method.Service.FullName}/{method.Name}");
            await _interceptor.UnaryServerHandler(new DeleteSegmentRequest { Key = "x" }, context, (_, _) => Task.FromResult(new DeleteSegmentResponse()));
        }

        Assert.Equal(marked.Select(m => m.GetOptions().GetExtension(CommonExtensions.Audited)), _audit.Entries.Select(e => e.Action));
    }

    private Task<DeleteSegmentResponse> DeleteAsync(TestCallContext context, Action change) => _interceptor.UnaryServerHandler(
        new DeleteSegmentRequest { Key = "vip" }, context, (_, _) =>
        {
            change();
            return Task.FromResult(new DeleteSegmentResponse());
        });
}
