using System.Text;
using System.Text.Json.Nodes;
using Cdp.Collection.Imports;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Collection.Tests.Imports;

public sealed class ImportGrpcServiceTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private TrackingServer _server = null!;

    private static CallContext Context => new(TestContext.Current.CancellationToken);

    private ImportGrpcService Service => _server.Services.GetRequiredService<ImportGrpcService>();

    public async ValueTask InitializeAsync() => _server = await TrackingServer.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Create_CdnowTwice_TakesEveryRowOnce()
    {
        var file = await File.ReadAllBytesAsync(PublicData.Find("cdnow_sample.txt"), TestContext.Current.CancellationToken);
        var begin = Begin("csv", user: "2");
        begin.Delimiter = "whitespace";
        begin.HasHeader = false;
        begin.Mapping.Timestamp = new ImportValue { Column = "3", As = "timestamp", Format = "yyyyMMdd" };
        begin.Mapping.Properties["revenue"] = new ImportValue { Column = "5", As = "number" };

        var first = await Service.CreateImport(new Upload(begin, file, 4_096), Context);
        var second = await Service.CreateImport(new Upload(begin, file, 10_007), Context);

        Assert.Equal(("finished", 6_919, 6_919, 0, 0, file.LongLength), (first.State, first.Rows, first.Accepted, first.Duplicates, first.Rejected, first.Bytes));
        Assert.Equal(("finished", 6_919, 0, 6_919), (second.State, second.Rows, second.Accepted, second.Duplicates));
        Assert.Equal(6_919, (await _server.EventsAsync()).Count);
        Assert.Equal([second, first], (await Service.ListImports(new ListImportsRequest(), Context)).Imports);
    }

    [Fact]
    public async Task Create_CsvWithBadRows_KeepsTheGoodAndReportsTheOthers()
    {
        var begin = Begin("csv", user: "id");
        begin.Mapping.Timestamp = new ImportValue { Column = "when", As = "timestamp" };
        begin.Mapping.Properties["amount"] = new ImportValue { Column = "amount", As = "number" };
        begin.Mapping.MessageId = new ImportValue { Column = "mid" };
        var file = "\uFEFFid,when,amount,mid\n"
            + "a,2026-01-01,10,m1\n"
            + ",2026-01-01,10,m2\n"
            + "b,tomorrow,10,m3\n"
            + "c,2026-01-01,ten,m4\n"
            + "d,1700000000,\"1,5\",m5\n"
            + "e,-9223372036854775808,1,m6\n"
            + "f,1850-01-01,1,m7\n"
            + "g,2026-01-01,1e30,\n"
            + "h,2026-01-01,1,m9,more\n"
            + "i,2026-01-01\n"
            + $"j,2026-01-01,1,{new string('m', 101)}\n"
            + "\"k \"\"x\"\"\n,\",1700000000000,NaN,m12\n"
            + "l,1700000000000,3,m13";

        var job = await Service.CreateImport(new Upload(begin, file), Context);

        Assert.Equal(("finished", 13, 4, 9), (job.State, job.Rows, job.Accepted, job.Rejected));
        Assert.Equal(["a", "g", "i", "l"], (await _server.EventsAsync()).Select(e => e.UserId).Order());
        Assert.Equal(["d:10", "d:8", "m1", "m13"], (await _server.EventsAsync()).Select(e => e.MessageId).Order(StringComparer.Ordinal));
        var rejects = (await Service.ListRejects(new ListRejectsRequest { ImportId = job.Id }, Context)).Rejects;
        Assert.Equal(
            [(2, "user_id"), (3, "timestamp"), (4, "properties.amount"), (5, "properties.amount"), (6, "timestamp"), (7, "timestamp"), (9, ""), (11, "message_id"), (12, "properties.amount")],
            rejects.Select(r => ((int)r.Row, r.Field)));
        Assert.All(rejects, r => Assert.DoesNotContain("tomorrow", r.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_NdjsonWithBadLines_KeepsTheGoodAndReportsTheOthers()
    {
        var begin = Begin("ndjson", user: "person.id");
        begin.Mapping.Identifiers["loyalty_card"] = new ImportValue { Column = "card" };
        byte[] file =
        [
            .. """
               {"person":{"id":"a"},"card":17}
               {"person":{"id":"b\ud83d"}}

               {"person":5}
               not json
               [1]

               """u8,
            .. "{\"person\":{\"id\":\""u8, 0xff, .. "\"}}\n"u8,
            .. Encoding.UTF8.GetBytes($"{{\"person\":{{\"id\":\"{new string('x', 200_000)}\"}}}}\r\n"),
            .. Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("[", 200))}\r\n"),
            .. "{\"person\":{\"id\":\"last\"}}"u8,
        ];

        var job = await Service.CreateImport(new Upload(begin, file), Context);

        Assert.Equal(("finished", 9, 3, 6), (job.State, job.Rows, job.Accepted, job.Rejected));
        var events = await _server.EventsAsync();
        Assert.Equal(["a", "b\uFFFD", "last"], events.Select(e => e.UserId).Order(StringComparer.Ordinal));
        var ids = JsonNode.Parse(events.Single(e => e.UserId == "a").Body.ToStringUtf8())!["context"]!["externalIds"]!;
        Assert.Equal("17", ids[0]!["id"]!.GetValue<string>());
        Assert.Equal([3, 4, 5, 6, 7, 8], (await Service.ListRejects(new ListRejectsRequest { ImportId = job.Id }, Context)).Rejects.Select(r => (int)r.Row));
    }

    [Fact]
    public async Task Create_MappingIsWrong_NamesEverythingBeforeAnyRow()
    {
        var wrong = new ImportBegin { Format = "xml", SourceId = "src_none", Mapping = new ImportMapping { Type = "bake", Event = new ImportValue() } };
        wrong.Mapping.Traits["plan"] = new ImportValue { Column = "plan", As = "colour" };

        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.CreateImport(new Upload(wrong, "x"), Context));

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.Equal(["dataset", "event", "format", "source_id", "traits.plan.as", "type", "user_id"], Failure.FieldErrors(failure).Select(e => e.Field).Order());
        Assert.Empty((await Service.ListImports(new ListImportsRequest(), Context)).Imports);
    }

    [Fact]
    public async Task Create_ColumnsAreMissing_NamesThemAllAndWhatThereIs()
    {
        var begin = Begin("csv", user: "client");
        begin.Mapping.Properties["revenue"] = new ImportValue { Column = "total", As = "number" };

        var failure = await Assert.ThrowsAsync<RpcException>(() => Service.CreateImport(new Upload(begin, "customer,amount\nc-1,10\n"), Context));

        Assert.Equal(["user_id", "properties.revenue"], Failure.FieldErrors(failure).Select(e => e.Field));
        Assert.Contains("customer, amount", failure.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(await _server.EventsAsync());
    }

    [Fact]
    public async Task Create_UploadBreaksOff_KeepsWhatCameAndGoesOnAtTheNextTry()
    {
        var file = Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => $"user-{i}\n")));

        var broken = await Service.CreateImport(new Upload(Begin("csv", user: "id"), file, breaksOffAt: 15_000), Context);
        var whole = await Service.CreateImport(new Upload(Begin("csv", user: "id"), file), Context);

        Assert.Equal("failed", broken.State);
        Assert.NotEmpty(broken.Error);
        Assert.True(broken.Accepted > 0);
        Assert.Equal((2_000, broken.Accepted), (whole.Accepted + broken.Accepted, whole.Duplicates));
        Assert.Equal(2_000, (await _server.EventsAsync()).Select(e => e.UserId).Distinct().Count());
    }

    [Fact]
    public async Task Create_QuoteIsLeftOpen_FailsAndSaysWhere()
    {
        var file = "id\na\n\"b\n" + new string('x', 100_000);

        var job = await Service.CreateImport(new Upload(Begin("csv", user: "id"), file), Context);

        Assert.Equal("failed", job.State);
        Assert.StartsWith("Row 2", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_EmptyFile_NamesTheColumnsThatAreMissing() =>
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => Service.CreateImport(new Upload(Begin("csv", user: "id"), ""), Context))).StatusCode);

    [Fact]
    public async Task Start_ImportWasRunning_IsMarkedAsFailed()
    {
        var store = _server.Services.GetRequiredService<IImportStore>();
        await store.PutAsync(new ImportJob { Id = "imp_1", State = "running" }, TestContext.Current.CancellationToken);
        await store.PutAsync(new ImportJob { Id = "imp_2", State = "finished" }, TestContext.Current.CancellationToken);

        await _server.DisposeAsync();
        _server = await TrackingServer.StartAsync(_directory.Path);

        Assert.Equal("failed", (await Service.GetImport(new GetImportRequest { Id = "imp_1" }, Context)).State);
        Assert.Equal("finished", (await Service.GetImport(new GetImportRequest { Id = "imp_2" }, Context)).State);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Service.GetImport(new GetImportRequest { Id = "imp_3" }, Context))).StatusCode);
    }

    private static ImportBegin Begin(string format, string user) => new()
    {
        Dataset = "d",
        Format = format,
        HasHeader = true,
        Mapping = new ImportMapping { Event = new ImportValue { Constant = "Order Completed" }, UserId = new ImportValue { Column = user } },
    };
}
