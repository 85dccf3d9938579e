using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Cdp.Activation.Webhooks;

/// <summary>
/// Which addresses a webhook may go to: those of the public internet. Whoever may create a destination must not be able to
/// make the platform call its own network.
/// </summary>
public sealed class AddressPolicy(IOptions<ActivationOptions> options)
{
    // https://www.iana.org/assignments/iana-ipv4-special-registry, with multicast and the reserved rest.
    private static readonly IPNetwork[] PrivateV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    // Of IPv6 only global unicast is public; these parts of it are not.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] PrivateV6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    // Networks without IPv4 reach it through this prefix (RFC 6052); the last four bytes are the IPv4 address.
    private static readonly IPNetwork TranslatedV4 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether a webhook may be sent to this address.</summary>
    public bool Allows(IPAddress address) => options.Value.AllowPrivateAddresses || IsPublic(address);

    private static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return IsPublic(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !PrivateV4.Any(network => network.Contains(address));
        // With a scope id no prefix would match.
        var bytes = address.GetAddressBytes();
        var unscoped = new IPAddress(bytes);
        if (TranslatedV4.Contains(unscoped))
            return IsPublic(new IPAddress(bytes.AsSpan(12)));
        return GlobalV6.Contains(unscoped) && !PrivateV6.Any(network => network.Contains(unscoped));
    }
}
