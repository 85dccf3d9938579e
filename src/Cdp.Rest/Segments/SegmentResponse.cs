using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Segments;

/// <summary>A segment.</summary>
/// <param name="Key">Key; never changes.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Condition">Who is in it.</param>
/// <param name="Size">Members now.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When its definition last changed.</param>
internal sealed record SegmentResponse(string Key, string Name, RawJson Condition, long Size, DateTime CreatedAt, DateTime UpdatedAt)
{
    public static SegmentResponse From(Segment segment) => new(
        segment.Key, segment.Name, new RawJson(segment.Condition), segment.Size, UnixTime.At(segment.CreatedAt), UnixTime.At(segment.UpdatedAt));
}

/// <summary>All segments by key.</summary>
/// <param name="Segments">The segments.</param>
internal sealed record SegmentsResponse(IEnumerable<SegmentResponse> Segments);
