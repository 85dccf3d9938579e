using System.Buffers.Binary;
using Cdp.Collection.Log;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// What one commit added, or a part of it: who wrote it, the heads after it, and its rows with their deduplication keys. A start
/// reads these instead of the events. One without rows says who owns the log from here on.
/// </summary>
/// <param name="Owner">Process that wrote it.</param>
/// <param name="Heads">Next offset of each partition after the commit.</param>
/// <param name="Rows">Rows of the commit, without their events.</param>
internal sealed record CommitRecord(Guid Owner, long[] Heads, IReadOnlyList<LoggedRow> Rows)
{
    private const int RowHead = 24;

    public byte[] ToBytes()
    {
        var bytes = new byte[16 + 4 + (Heads.Length * 8) + Rows.Sum(r => RowHead + r.Keys.Length)];
        Owner.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), Heads.Length);
        var at = 20;
        foreach (var head in Heads)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), head);
            at += 8;
        }
        foreach (var row in Rows)
        {
            var into = bytes.AsSpan(at);
            BinaryPrimitives.WriteInt32BigEndian(into, row.Partition);
            BinaryPrimitives.WriteInt64BigEndian(into[4..], row.FirstOffset);
            BinaryPrimitives.WriteInt32BigEndian(into[12..], row.Count);
            BinaryPrimitives.WriteInt64BigEndian(into[16..], row.ReceivedAt);
            row.Keys.Span.CopyTo(into[RowHead..]);
            at += RowHead + row.Keys.Length;
        }
        return bytes;
    }

    public static CommitRecord Of(byte[] bytes)
    {
        var owner = new Guid(bytes.AsSpan(0, 16), bigEndian: true);
        var heads = new long[BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16))];
        var at = 20;
        for (var partition = 0; partition < heads.Length; partition++, at += 8)
            heads[partition] = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
        var rows = new List<LoggedRow>();
        while (at < bytes.Length)
        {
            var from = bytes.AsSpan(at);
            // A key of 16 bytes for each event.
            var count = BinaryPrimitives.ReadInt32BigEndian(from[12..]);
            rows.Add(new LoggedRow(
                BinaryPrimitives.ReadInt32BigEndian(from), BinaryPrimitives.ReadInt64BigEndian(from[4..]), count,
                BinaryPrimitives.ReadInt64BigEndian(from[16..]), bytes.AsMemory(at + RowHead, count * 16)));
            at += RowHead + (count * 16);
        }
        return new CommitRecord(owner, heads, rows);
    }
}
