using Grpc.Core;

namespace Cdp.InProcess;

/// <summary>What a service sees of an in-process call.</summary>
internal sealed class InProcessServerCallContext(string method, CallOptions options, CancellationToken cancellationToken)
    : ServerCallContext
{
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Headers of the answer: there as soon as the service sends them, or anything else.</summary>
    public Task<Metadata> ResponseHeaders => _headers.Task;

    /// <summary>Sends the headers, unless they were sent before.</summary>
    public bool SendHeaders(Metadata headers) => _headers.TrySetResult(headers);

    protected override string MethodCore => method;

    protected override string HostCore => "localhost";

    protected override string PeerCore => "in-process";

    protected override DateTime DeadlineCore => options.Deadline ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = options.Headers ?? [];

    protected override CancellationToken CancellationTokenCore => cancellationToken;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? propagation) =>
        throw new NotSupportedException("Pass the call's CancellationToken and Deadline on instead.");

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => SendHeaders(responseHeaders)
        ? Task.CompletedTask
        : throw new InvalidOperationException("The headers were sent before.");
}
