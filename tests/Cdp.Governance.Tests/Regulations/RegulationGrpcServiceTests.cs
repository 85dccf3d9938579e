using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;
using Cdp.Governance.Tests.Fakes;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Governance.Tests.Regulations;

public sealed class RegulationGrpcServiceTests : IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(5_000));
    private readonly RegulationWorker _worker;
    private readonly RegulationGrpcService _service;

    public RegulationGrpcServiceTests()
    {
        var store = _files.Regulations;
        _worker = new RegulationWorker(store, new FakePlatform().CreateRunner(store, _time), _time, NullLogger<RegulationWorker>.Instance);
        _service = new RegulationGrpcService(store, _worker, _time);
    }

    [Fact]
    public async Task Create_ByIdentifier_IsStoredAndShowsNothingOfIt()
    {
        var request = new CreateRegulationRequest { Type = "delete", Identifier = new Identifier { Type = "email", Value = "zzsecretzz@example.com" } };

        var regulation = await _service.CreateRegulation(request, new TestCallContext());

        Assert.StartsWith("reg_", regulation.Id, StringComparison.Ordinal);
        Assert.Equal(("initialized", 5_000L), (regulation.State, regulation.CreatedAt));
        Assert.DoesNotContain("zzsecretzz", regulation.ToString(), StringComparison.Ordinal);
        Assert.Equal(regulation, await _service.GetRegulation(new GetRegulationRequest { Id = regulation.Id }, new TestCallContext()));
        Assert.Equal(request.Identifier, (await _files.Regulations.GetAsync(regulation.Id, TestContext.Current.CancellationToken))?.Identifier);
    }

    [Fact]
    public async Task Create_WithSeveralErrors_NamesThemAllWithoutTheirValues()
    {
        var request = new CreateRegulationRequest { Type = "suppress", ProfileId = "ada@example.com", Identifier = new Identifier { Value = new string('a', 513) } };

        var exception = await Assert.ThrowsAsync<RpcException>(() => _service.CreateRegulation(request, new TestCallContext()));

        Assert.Equal(["type", "", "profile_id", "identifier.type", "identifier.value"], Failure.FieldErrors(exception).Select(e => e.Field));
        Assert.DoesNotContain("ada@example.com", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01a2103a0b717ea593abbf63c1a7a34")]
    [InlineData("01A2103A0B717EA593ABBF63C1A7A34F")]
    [InlineData("01a2103a0b717ea593abbf63c1a7a34f\n")]
    public async Task Create_ByWhatIsNoProfileId_IsRefused(string id)
    {
        var request = new CreateRegulationRequest { Type = "delete", ProfileId = id };

        var exception = await Assert.ThrowsAsync<RpcException>(() => _service.CreateRegulation(request, new TestCallContext()));

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
    }

    [Fact]
    public async Task List_ByCursor_GivesEveryRegulationOnceNewestFirst()
    {
        var created = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var request = new CreateRegulationRequest { Type = "delete", ProfileId = "01a2103a0b717ea593abbf63c1a7a34f" };
            created.Add((await _service.CreateRegulation(request, new TestCallContext())).Id);
        }

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = await _service.ListRegulations(new ListRegulationsRequest { Limit = 2, Cursor = cursor }, new TestCallContext());
            seen.AddRange(page.Regulations.Select(r => r.Id));
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal(Enumerable.Reverse(created), seen);
    }

    [Fact]
    public async Task Get_OfAnUnknownOne_IsNotFound() => Assert.Equal(
        StatusCode.NotFound,
        (await Assert.ThrowsAsync<RpcException>(() => _service.GetRegulation(new GetRegulationRequest { Id = "reg_0" }, new TestCallContext()))).StatusCode);

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        await _files.DisposeAsync();
    }
}
