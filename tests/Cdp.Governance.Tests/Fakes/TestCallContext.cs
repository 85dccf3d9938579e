using Cdp.Contracts.Actors;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>A call of a service, on behalf of somebody.</summary>
internal sealed class TestCallContext(string actor = Actor.System, string method = "test", CancellationToken? cancellation = null) : ServerCallContext
{
    protected override string MethodCore => method;

    protected override string HostCore => "test";

    protected override string PeerCore => "test";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = actor == Actor.System ? [] : new Metadata { { Actor.Header, actor } };

    protected override CancellationToken CancellationTokenCore => cancellation ?? TestContext.Current.CancellationToken;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
