using System.Globalization;
using System.Text;

namespace Cdp.Storage.Kafka.Log;

/// <summary>A row of the log with its events.</summary>
/// <param name="First">Offset of its first event.</param>
/// <param name="Count">How many events it has; none: what lies before <paramref name="First"/> is gone.</param>
/// <param name="ReceivedAt">When it was received, in milliseconds since 1970.</param>
/// <param name="Records">The serialised EventBatch.</param>
internal sealed record StoredRow(long First, int Count, long ReceivedAt, byte[] Records)
{
    /// <summary>The offset after its last event.</summary>
    public long End => First + Count;

    /// <summary>Key of a row's records: what a tombstone, a rewritten row and its place have in common.</summary>
    public static byte[] Key(int partition, long first) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{partition}:{first}"));
}
