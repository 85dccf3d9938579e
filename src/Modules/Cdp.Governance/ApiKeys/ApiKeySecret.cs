using System.Security.Cryptography;
using System.Text;

namespace Cdp.Governance.ApiKeys;

/// <summary>Secrets of API keys.</summary>
internal static class ApiKeySecret
{
    public const string Prefix = "cdp_";

    /// <summary>Longer ones are nobody's; they are not even hashed.</summary>
    public const int Longest = 512;

    private const int HexDigits = 64;
    private const int HintLength = 4;

    /// <summary>A new secret of 256 random bits.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetHexString(HexDigits, lowercase: true);

    /// <summary>
    /// What is stored. A slow hash guards secrets that can be guessed; these cannot, and are checked at every request.
    /// Being looked up by hash, a secret cannot be found out digit by digit from the time that an answer takes.
    /// </summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The end of a secret, to tell keys apart.</summary>
    public static string Hint(string secret) => secret[^HintLength..];
}
