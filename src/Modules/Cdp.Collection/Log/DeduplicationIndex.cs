using System.Runtime.InteropServices;

namespace Cdp.Collection.Log;

/// <summary>
/// The deduplication keys of the window, in memory: an open-addressing table in many small shards, so that growing one
/// never holds up a commit for long. Used by one thread.
/// </summary>
/// <param name="window">How long a key is remembered; rounded up to whole hours.</param>
internal sealed class DeduplicationIndex(TimeSpan window)
{
    private const int Shards = 1024;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];
    private readonly int _hours = (int)Math.Ceiling(window.TotalHours);

    /// <summary>Keys held, expired ones that were not yet dropped included.</summary>
    public long Count => _shards.Sum(s => (long)s.Count);

    /// <summary>Whether the key is new; if so it is kept with the hour.</summary>
    public bool TryAdd(UInt128 key, int hour) => ShardOf(key).TryAdd(Normalise(key), hour, hour - _hours);

    /// <summary>Takes a key out that was added by a commit that failed.</summary>
    public void Remove(UInt128 key) => ShardOf(key).Remove(Normalise(key));

    // Zero marks an empty slot.
    private static UInt128 Normalise(UInt128 key) => key == UInt128.Zero ? UInt128.One : key;

    private Shard ShardOf(UInt128 key) => _shards[(int)(ulong)(key >> 118)];

    // Packed: alignment to 16 bytes would make a slot half as large again, and there are millions.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Slot
    {
        public UInt128 Key;
        public int Hour;
    }

    private sealed class Shard
    {
        private Slot[] _slots = new Slot[16];

        public int Count { get; private set; }

        private int Mask => _slots.Length - 1;

        public bool TryAdd(UInt128 key, int hour, int oldest)
        {
            if ((Count + 1) * 10 > _slots.Length * 7)
                Rebuild(oldest);
            ref var slot = ref _slots[Find(key)];
            if (slot.Key == key)
            {
                // Hours count from the start of the hour: a key of the oldest hour may still be inside the window.
                if (slot.Hour >= oldest)
                    return false;
                slot.Hour = hour;
                return true;
            }
            slot = new Slot { Key = key, Hour = hour };
            Count++;
            return true;
        }

        public void Remove(UInt128 key)
        {
            var gap = Find(key);
            if (_slots[gap].Key != key)
                return;
            Count--;
            // Keys that were pushed past the gap move back into it, or they would not be found again.
            for (var next = (gap + 1) & Mask; _slots[next].Key != UInt128.Zero; next = (next + 1) & Mask)
            {
                if (((next - Home(_slots[next].Key)) & Mask) < ((next - gap) & Mask))
                    continue;
                _slots[gap] = _slots[next];
                gap = next;
            }
            _slots[gap] = default;
        }

        private void Rebuild(int oldest)
        {
            var former = _slots;
            var kept = former.Count(s => s.Key != UInt128.Zero && s.Hour >= oldest);
            var size = 16;
            while (kept * 10 > size * 4)
                size *= 2;
            _slots = new Slot[size];
            Count = kept;
            foreach (var slot in former)
            {
                if (slot.Key != UInt128.Zero && slot.Hour >= oldest)
                    _slots[Find(slot.Key)] = slot;
            }
        }

        private int Home(UInt128 key) => (int)((ulong)key & (ulong)Mask);

        // Where the key is, or where it would go.
        private int Find(UInt128 key)
        {
            var at = Home(key);
            while (_slots[at].Key != UInt128.Zero && _slots[at].Key != key)
                at = (at + 1) & Mask;
            return at;
        }
    }
}
