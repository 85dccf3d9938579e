using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Audit;
using Cdp.Governance.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Audit;

public sealed class AuditGrpcServiceTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly AuditGrpcService _service;

    public AuditGrpcServiceTests() =>
        _service = new AuditGrpcService(_files.Audit, new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(7)));

    [Fact]
    public async Task List_ByCursor_GivesEveryEntryOnceNewestFirst()
    {
        for (var i = 1; i <= 5; i++)
            await _service.RecordAudit(new RecordAuditRequest { Actor = "key_1", Action = "segment.create", Target = $"s{i}" }, new TestCallContext());

        var seen = new List<AuditEntry>();
        var cursor = "";
        do
        {
            var page = await _service.ListAudit(new ListAuditRequest { Limit = 2, Cursor = cursor }, new TestCallContext());
            seen.AddRange(page.Entries);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal([5L, 4, 3, 2, 1], seen.Select(e => e.Sequence));
        Assert.Equal(new AuditEntry { Sequence = 1, At = 7, Actor = "key_1", Action = "segment.create", Target = "s1" }, seen[^1]);
    }

    [Fact]
    public async Task Record_WithSeveralErrors_NamesThemAllAndStoresNothing()
    {
        var exception = await Assert.ThrowsAsync<RpcException>(
            () => _service.RecordAudit(new RecordAuditRequest { Target = new string('x', 201) }, new TestCallContext()));

        Assert.Equal(["actor", "action", "target"], Failure.FieldErrors(exception).Select(e => e.Field));
        Assert.Empty((await _service.ListAudit(new ListAuditRequest(), new TestCallContext())).Entries);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1 OR 1")]
    public async Task List_WithAForeignCursor_IsRefused(string cursor)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => _service.ListAudit(new ListAuditRequest { Cursor = cursor }, new TestCallContext()));

        Assert.Equal(["cursor"], Failure.FieldErrors(exception).Select(e => e.Field));
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();
}
