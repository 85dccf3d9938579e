using System.Net;
using System.Net.Http.Headers;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>Stands in front of an engine, and answers bulk requests with 429 for as long as a test wants.</summary>
internal sealed class OverloadedEngine : DelegatingHandler
{
    private int _refused;

    public bool IsOverloaded { get; set; }

    /// <summary>Requests that were refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsOverloaded || !request.RequestUri!.AbsolutePath.EndsWith("/_bulk", StringComparison.Ordinal))
            return base.SendAsync(request, cancellationToken);
        Interlocked.Increment(ref _refused);
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1)) },
            Content = new StringContent("""{"error":{"root_cause":[{"type":"es_rejected_execution_exception"}]},"status":429}"""),
        });
    }
}
