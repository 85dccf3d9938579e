using System.Collections.Concurrent;

namespace Cdp.Rest.Authentication;

/// <summary>
/// Remembers for a short time what a key was verified as. Bounded: a flood of made-up keys empties it, and costs one
/// verification for each key again, but no memory.
/// </summary>
/// <typeparam name="TValue">What is remembered.</typeparam>
/// <param name="time">Clock.</param>
internal sealed class KeyCache<TValue>(TimeProvider time)
{
    /// <summary>Keys remembered at most.</summary>
    internal const int Capacity = 4_096;

    /// <summary>How long a revoked key may still work.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (TValue Value, DateTimeOffset Until)> _entries = new(StringComparer.Ordinal);

    public bool TryGet(string hash, out TValue value)
    {
        var found = _entries.TryGetValue(hash, out var entry) && entry.Until > time.GetUtcNow();
        value = entry.Value;
        return found;
    }

    public void Put(string hash, TValue value, DateTimeOffset verifiedAt)
    {
        if (_entries.Count >= Capacity)
            _entries.Clear();
        _entries[hash] = (value, verifiedAt + Lifetime);
    }
}
