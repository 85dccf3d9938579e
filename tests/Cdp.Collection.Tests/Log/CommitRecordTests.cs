using Cdp.Collection.Log;
using Cdp.Storage.Kafka.Log;
using CsCheck;

namespace Cdp.Collection.Tests.Log;

public sealed class CommitRecordTests
{
    [Fact]
    public void Of_WrittenRecord_IsTheSame()
    {
        var row = Gen.Select(Gen.Int[0, 1023], Gen.Long[0, long.MaxValue], Gen.Int[0, 50], Gen.Long[0, long.MaxValue]).SelectMany((partition, first, count, receivedAt) =>
            Gen.Byte.Array[count * 16].Select(keys => new LoggedRow(partition, first, count, receivedAt, keys)));
        Gen.Select(Gen.Guid, Gen.Long[0, long.MaxValue].Array[1, 20], row.List[0, 10]).Sample((owner, heads, rows) =>
        {
            var read = CommitRecord.Of(new CommitRecord(owner, heads, rows).ToBytes());

            Assert.Equal(owner, read.Owner);
            Assert.Equal(heads, read.Heads);
            Assert.Equal(rows.Select(Text), read.Rows.Select(Text));
        });
    }

    private static string Text(LoggedRow row) => $"{row.Partition} {row.FirstOffset} {row.Count} {row.ReceivedAt} {Convert.ToHexString(row.Keys.Span)}";
}
