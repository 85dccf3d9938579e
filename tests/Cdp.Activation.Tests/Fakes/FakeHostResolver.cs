using System.Net;
using System.Net.Sockets;
using Cdp.Activation.Webhooks;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>Names and their addresses, which a test may change in between.</summary>
internal sealed class FakeHostResolver : IHostResolver
{
    public Dictionary<string, string[]> Hosts { get; } = [];

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return Task.FromResult<IReadOnlyList<IPAddress>>([address]);
        return Hosts.TryGetValue(host, out var found)
            ? Task.FromResult<IReadOnlyList<IPAddress>>([.. found.Select(IPAddress.Parse)])
            : Task.FromException<IReadOnlyList<IPAddress>>(new SocketException((int)SocketError.HostNotFound));
    }
}
