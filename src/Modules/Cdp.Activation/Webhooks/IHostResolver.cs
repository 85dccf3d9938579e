using System.Net;

namespace Cdp.Activation.Webhooks;

/// <summary>Finds the addresses of a host.</summary>
public interface IHostResolver
{
    /// <summary>The addresses of a host; of an address, the address.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no such host, or nobody could tell.</exception>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
