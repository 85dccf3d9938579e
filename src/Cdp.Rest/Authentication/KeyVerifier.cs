using System.Security.Cryptography;
using System.Text;
using Cdp.Contracts.Governance.V1;
using Grpc.Core;

namespace Cdp.Rest.Authentication;

/// <summary>Asks governance which API key a secret belongs to; remembers the answer by the secret's hash.</summary>
/// <param name="keys">Governance.</param>
/// <param name="time">Clock.</param>
internal sealed class KeyVerifier(ApiKeyService.ApiKeyServiceClient keys, TimeProvider time)
{
    private const int LongestSecret = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly KeyCache<Caller> _known = new(time);
    // Apart from the known keys, so that made-up ones cannot push them out.
    private readonly KeyCache<bool> _unknown = new(time);

    /// <summary>The caller; null where the secret is unknown or revoked.</summary>
    /// <exception cref="RpcException">Governance cannot be asked.</exception>
    public async ValueTask<Caller?> VerifyAsync(string secret, CancellationToken cancellationToken)
    {
        if (secret.Length is 0 or > LongestSecret)
            return null;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (_known.TryGet(hash, out var caller))
            return caller;
        if (_unknown.TryGet(hash, out _))
            return null;

        var asked = time.GetUtcNow();
        try
        {
            var key = await keys.VerifyApiKeyAsync(
                new VerifyApiKeyRequest { Secret = secret }, deadline: (asked + Patience).UtcDateTime, cancellationToken: cancellationToken);
            caller = new Caller(key.Id, key.Scopes.ToHashSet(StringComparer.Ordinal));
            _known.Put(hash, caller, asked);
            return caller;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated)
        {
            _unknown.Put(hash, true, asked);
            return null;
        }
    }
}
