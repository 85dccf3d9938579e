namespace Cdp.Rest.Imports;

/// <summary>A page of rejected rows, in row order.</summary>
/// <param name="Rejects">The rows.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record RejectsResponse(IEnumerable<RejectResponse> Rejects, string? NextCursor);

/// <summary>One rejected row.</summary>
/// <param name="Row">Row number, from 1; the header is not counted.</param>
/// <param name="Field">Mapping path at fault, such as <c>properties.revenue</c>.</param>
/// <param name="Reason">What was wrong and what was expected.</param>
internal sealed record RejectResponse(long Row, string Field, string Reason);
