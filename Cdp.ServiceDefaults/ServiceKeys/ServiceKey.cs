using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>
/// The secret that services show each other when they listen beyond loopback. Not configured: none is asked for, and
/// <see cref="CdpHost"/> refuses to listen beyond loopback.
/// </summary>
public sealed class ServiceKey(IConfiguration configuration)
{
    /// <summary>Configuration path.</summary>
    public const string Setting = "Cdp:ServiceKey";

    /// <summary>Header and gRPC metadata that carries it.</summary>
    public const string Header = "cdp-service-key";

    private readonly byte[]? _hash = configuration[Setting] is { Length: > 0 } key ? Hash(key) : null;

    /// <summary>The key to show to other services; null where none is configured.</summary>
    public string? Value { get; } = configuration[Setting] is { Length: > 0 } key ? key : null;

    /// <summary>Whether a caller showed the right key.</summary>
    public bool Accepts(string? shown) =>
        _hash is null || (shown is not null && CryptographicOperations.FixedTimeEquals(Hash(shown), _hash));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
