using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Consent;
using Cdp.Governance.Tests.Fakes;
using Grpc.Core;

namespace Cdp.Governance.Tests.Consent;

public sealed class ConsentGrpcServiceTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly ConsentGrpcService _service;

    public ConsentGrpcServiceTests() => _service = new ConsentGrpcService(_files.Purposes);

    [Fact]
    public async Task Put_WithoutAName_TakesTheKeyForIt()
    {
        var purpose = await _service.PutPurpose(new PutPurposeRequest { Key = "marketing", Name = " ", Description = " why " }, new TestCallContext());

        Assert.Equal(new ConsentPurpose { Key = "marketing", Name = "marketing", Description = "why" }, purpose);
        Assert.Equal([purpose], (await _service.ListPurposes(new ListPurposesRequest(), new TestCallContext())).Purposes);
    }

    [Theory]
    [InlineData("C0001", true)]
    [InlineData("a.b_c:d-e", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("ada@example.com", false)]
    [InlineData("newline\n", false)]
    public async Task Key_OfAnyForm_IsJudgedAlikeByPutAndDelete(string key, bool valid)
    {
        var put = await Record.ExceptionAsync(() => _service.PutPurpose(new PutPurposeRequest { Key = key }, new TestCallContext()));
        var delete = await Record.ExceptionAsync(() => _service.DeletePurpose(new DeletePurposeRequest { Key = key }, new TestCallContext()));

        Assert.Equal((valid, valid), (put is null, delete is null));
        Assert.Empty((await _service.ListPurposes(new ListPurposesRequest(), new TestCallContext())).Purposes);
    }

    [Fact]
    public async Task Put_WithSeveralErrors_NamesThemAll()
    {
        var request = new PutPurposeRequest { Key = new string('k', 65), Name = new string('n', 201), Description = new string('d', 2_001) };

        var exception = await Assert.ThrowsAsync<RpcException>(() => _service.PutPurpose(request, new TestCallContext()));

        Assert.Equal(["key", "name", "description"], Failure.FieldErrors(exception).Select(e => e.Field));
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();
}
