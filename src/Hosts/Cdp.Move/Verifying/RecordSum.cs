using System.Globalization;
using System.IO.Hashing;
using Cdp.Archives;

namespace Cdp.Move.Verifying;

/// <summary>Number of an archive's records, and the sum of their hashes: equal where the records are, in whatever order they are read.</summary>
/// <param name="Count">Number of records.</param>
/// <param name="Hash">Sum of the XXH128 of each.</param>
internal readonly record struct RecordSum(long Count, UInt128 Hash)
{
    public static async Task<RecordSum> OfAsync(IArchive archive, Action<int> read, CancellationToken cancellationToken)
    {
        var sum = new RecordSum();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await archive.ReadAsync(cursor, cancellationToken);
            foreach (var record in page.Records)
                sum = new RecordSum(sum.Count + 1, unchecked(sum.Hash + XxHash128.HashToUInt128(record.Span)));
            read(page.Records.Count);
            cursor = page.Next;
        }
        return sum;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count,12:N0} {Hash:x32}");
}
