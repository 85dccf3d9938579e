using Cdp.Collection.Discards;
using Cdp.Collection.Imports;
using Cdp.Collection.Log;
using Cdp.Collection.Sources;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Audit;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Google.Protobuf;

namespace Cdp.Move.Tests.Fakes;

/// <summary>Something of every kind that the stages keep, in the stores of a data directory.</summary>
internal static class Sample
{
    public const int Events = 3000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task FillAsync(string directory)
    {
        await using var stores = new Stores(directory);
        await FillGovernanceAsync(stores);
        await FillCollectionAsync(stores);
        await FillLogAsync(stores.Get<IEventLog>());
        await SamplePeople.FillAsync(stores);
        await SampleSegments.FillAsync(stores);
    }

    /// <summary>Appends events; tells which were duplicates.</summary>
    public static async Task<bool[]?> AppendAsync(IEventLog log, int from, int count)
    {
        using var block = new EventBlock(1024, count);
        for (var i = from; i < from + count; i++)
        {
            var entry = new EventBatch { Events = { new Event { Type = EventType.Track, MessageId = $"m{i}", SourceId = "src_1", UserId = $"u{i % 100}", Body = ByteString.CopyFromUtf8($$"""{"n":{{i}}}""") } } };
            var start = block.Length;
            entry.WriteTo(block);
            block.Entries.Add(new EventEntry(start, block.Length - start, (UInt128)i + 1, (ulong)(i % 100)));
        }
        return await log.AppendAsync(block, Stop);
    }

    private static async Task FillLogAsync(IEventLog log)
    {
        for (var i = 0; i < Events; i += 100)
            await AppendAsync(log, i, 100);
        await log.EraseAsync([new FeedPosition { Partition = 1, Offset = 7 }, new FeedPosition { Partition = 2, Offset = 0 }], Stop);
    }

    private static async Task FillGovernanceAsync(Stores stores)
    {
        await stores.Get<IApiKeyStore>().PutAsync(
            [
                new StoredApiKey("key_1", "admin", ["*"], [1, 2, 3], "cdef", true, 1, 0),
                new StoredApiKey("key_2", "käse", ["profiles:read", "segments:write"], [4, 5], "0123", false, 2, 3),
            ],
            Stop);
        await stores.Get<IPurposeStore>().PutAsync(new ConsentPurpose { Key = "marketing.$", Name = "Marketing", Description = "" }, Stop);
        await stores.Get<IRegulationStore>().PutAsync(
            new StoredRegulation { Regulation = new Regulation { Id = "reg_1", Type = "delete", State = "running" }, Step = ErasureStep.EraseEvents, UntilSequence = 5 }, Stop);
        for (var i = 0; i < 1500; i++)
            await stores.Get<IAuditStore>().AppendAsync(new AuditEntry { At = i, Actor = "key_1", Action = "segment.create", Target = $"s{i}" }, Stop);
    }

    private static async Task FillCollectionAsync(Stores stores)
    {
        await stores.Get<ISourceStore>().PutAsync(new StoredSource("src_1", "Web", true, [9, 9], "wxyz", 1), Stop);
        await stores.Get<ISourceStore>().PutAsync(new StoredSource("src_2", "App", false, [8], "1234", 2), Stop);
        for (var i = 0; i < 25; i++)
        {
            var tally = new DiscardTally("src_1", "too_large") { Count = 2, LastAt = i };
            tally.Samples.Enqueue(new DiscardedSample($"m{i}", "has 40 KB", i));
            await stores.Get<IDiscardStore>().AddAsync([tally], Stop);
        }
        await stores.Get<IImportStore>().PutAsync(new ImportJob { Id = "imp_1", State = "finished", SourceId = "src_1", Dataset = "cdnow", Rows = 3 }, Stop);
        await stores.Get<IImportStore>().PutAsync(new ImportJob { Id = "imp_2", State = "failed", SourceId = "src_2" }, Stop);
        await stores.Get<IImportStore>().AddRejectsAsync(
            "imp_1", [.. Enumerable.Range(1, 1200).Select(row => new ImportReject { Row = row, Field = "properties.revenue", Reason = "is no number" })], Stop);
    }
}
