using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Imports;

/// <summary>An import and how far it is.</summary>
/// <param name="Id">Id; sorts by creation.</param>
/// <param name="State"><c>running</c>, <c>finished</c> or <c>failed</c>.</param>
/// <param name="SourceId">Source of its events.</param>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Rows">Rows read.</param>
/// <param name="Accepted">Rows that became events.</param>
/// <param name="Duplicates">Rows whose message id was seen before.</param>
/// <param name="Rejected">Rows that could not be taken.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null while it runs.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record ImportResponse(
    string Id, string State, string SourceId, string Dataset, long Rows, long Accepted, long Duplicates, long Rejected,
    long Bytes, DateTime CreatedAt, DateTime? FinishedAt, string? Error)
{
    public static ImportResponse From(ImportJob job) => new(
        job.Id, job.State, job.SourceId, job.Dataset, job.Rows, job.Accepted, job.Duplicates, job.Rejected,
        job.Bytes, UnixTime.At(job.CreatedAt), UnixTime.Optional(job.FinishedAt), job.Error.OrNull());
}

/// <summary>A page of imports, newest first.</summary>
/// <param name="Imports">The imports.</param>
/// <param name="NextCursor">For the next page; null at the end.</param>
internal sealed record ImportsResponse(IEnumerable<ImportResponse> Imports, string? NextCursor);
