using System.Security.Cryptography;

namespace Cdp.Activation.Webhooks;

/// <summary>Signing secrets as the Standard Webhooks specification writes them: whsec_ and base64.</summary>
internal static class WebhookSecret
{
    public const int FewestBytes = 24;
    public const int MostBytes = 64;
    private const string Prefix = "whsec_";
    private const int MadeBytes = 32;

    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(MadeBytes));

    /// <summary>The key of a secret; null where it is not one.</summary>
    public static byte[]? Parse(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length) && length is >= FewestBytes and <= MostBytes
            ? key[..length]
            : null;
    }
}
