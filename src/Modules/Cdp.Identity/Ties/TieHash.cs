using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Ties;

/// <summary>A number for a set of identifiers, whatever their order. Stored: it never changes.</summary>
public static class TieHash
{
    /// <summary>Of all identifiers together.</summary>
    public static ulong Of(IReadOnlyList<IdentifierKey> keys)
    {
        ulong sum = 0;
        for (var i = 0; i < keys.Count; i++)
            sum += Of(keys[i]);
        return Mix(sum ^ (ulong)keys.Count);
    }

    /// <summary>Of two identifiers.</summary>
    public static ulong Of(IdentifierKey left, IdentifierKey right) => Mix((Of(left) + Of(right)) ^ 2);

    private static ulong Of(IdentifierKey key)
    {
        Span<byte> buffer = stackalloc byte[256];
        var most = Encoding.UTF8.GetMaxByteCount(key.Type.Length + 1 + key.Value.Length);
        var bytes = most <= buffer.Length ? buffer : new byte[most];
        var length = Encoding.UTF8.GetBytes(key.Type, bytes);
        bytes[length++] = 0;
        length += Encoding.UTF8.GetBytes(key.Value, bytes[length..]);
        return Mix(XxHash3.HashToUInt64(bytes[..length]));
    }

    // Sums of hashes are no hash: the bits are spread once more.
    private static ulong Mix(ulong value) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value)));
}
