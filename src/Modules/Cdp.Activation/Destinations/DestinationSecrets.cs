using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Cdp.Activation.Destinations;

/// <summary>Encrypts signing secrets at rest.</summary>
public sealed class DestinationSecrets(IDataProtectionProvider protection)
{
    // Part of the key: another purpose could not read what is stored.
    private readonly IDataProtector _protector = protection.CreateProtector("Cdp.Activation.DestinationSecrets.v1");

    /// <summary>Encrypts a secret.</summary>
    public byte[] Protect(string secret) => _protector.Protect(Encoding.UTF8.GetBytes(secret));

    /// <summary>Decrypts a secret.</summary>
    public string Unprotect(byte[] secret) => Encoding.UTF8.GetString(_protector.Unprotect(secret));
}
