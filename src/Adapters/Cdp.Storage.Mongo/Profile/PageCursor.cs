using System.Globalization;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;

namespace Cdp.Storage.Mongo.Profile;

/// <summary>Where a page that goes back in time ends: what comes next is earlier, or at the same time earlier in the event log.</summary>
internal readonly record struct PageCursor(long At, int Partition, long Offset)
{
    private static readonly PageCursor Newest = new(long.MaxValue, int.MaxValue, long.MaxValue);

    public static PageCursor Of(long at, FeedPosition position) => new(at, position.Partition, position.Offset);

    /// <summary>Reads the cursor of an earlier page; empty is the beginning.</summary>
    public static PageCursor Parse(string cursor)
    {
        if (cursor.Length == 0)
            return Newest;
        var parts = cursor.Split('.');
        return parts.Length == 3 && long.TryParse(parts[0], out var at) && int.TryParse(parts[1], out var partition) && long.TryParse(parts[2], out var offset)
            ? new PageCursor(at, partition, offset)
            : throw Failure.Invalid("cursor", "expected a cursor of an earlier page");
    }

    public bool IsAfter(PageCursor other) => CompareTo(other) > 0;

    public int CompareTo(PageCursor other) => (At, Partition, Offset).CompareTo((other.At, other.Partition, other.Offset));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}.{Partition}.{Offset}");
}
