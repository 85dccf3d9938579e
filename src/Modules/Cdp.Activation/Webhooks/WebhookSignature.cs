using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cdp.Activation.Webhooks;

/// <summary>
/// Signs by the <see href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
/// Webhooks specification</see>: HMAC-SHA256 over id, timestamp and body with points between them.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>The value of the webhook-signature header.</summary>
    /// <param name="key">Key of the secret.</param>
    /// <param name="id">webhook-id.</param>
    /// <param name="timestamp">webhook-timestamp, seconds since 1970.</param>
    /// <param name="body">Body as it is sent.</param>
    public static string Sign(byte[] key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
