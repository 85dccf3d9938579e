using System.Numerics;

namespace Cdp.SegmentSearch.Index;

/// <summary>A set of profile ordinals, one bit each.</summary>
internal sealed class OrdinalSet(int capacity = 0)
{
    private const int Bits = 64;
    private ulong[] _words = new ulong[(capacity + Bits - 1) / Bits];

    public int Count { get; private set; }

    public bool Contains(int ordinal)
    {
        var word = ordinal / Bits;
        return word < _words.Length && (_words[word] & (1UL << (ordinal % Bits))) != 0;
    }

    /// <summary>Puts an ordinal in or takes it out.</summary>
    public void Set(int ordinal, bool member)
    {
        if (Contains(ordinal) == member)
            return;
        if (ordinal / Bits >= _words.Length)
            Array.Resize(ref _words, Math.Max((ordinal / Bits) + 1, _words.Length * 2));
        _words[ordinal / Bits] ^= 1UL << (ordinal % Bits);
        Count += member ? 1 : -1;
    }

    public void Clear()
    {
        _words = [];
        Count = 0;
    }

    /// <summary>Keeps what is in the other set, too.</summary>
    public void And(OrdinalSet other) => Combine(other, static (left, right) => left & right);

    /// <summary>Adds what is in the other set.</summary>
    public void Or(OrdinalSet other) => Combine(other, static (left, right) => left | right);

    /// <summary>Takes out what is in the other set.</summary>
    public void Except(OrdinalSet other) => Combine(other, static (left, right) => left & ~right);

    /// <summary>The ordinals in ascending order.</summary>
    public IEnumerable<int> Ordinals()
    {
        for (var word = 0; word < _words.Length; word++)
        {
            for (var rest = _words[word]; rest != 0; rest &= rest - 1)
                yield return (word * Bits) + BitOperations.TrailingZeroCount(rest);
        }
    }

    private void Combine(OrdinalSet other, Func<ulong, ulong, ulong> operation)
    {
        if (_words.Length < other._words.Length)
            Array.Resize(ref _words, other._words.Length);
        Count = 0;
        for (var word = 0; word < _words.Length; word++)
        {
            _words[word] = operation(_words[word], word < other._words.Length ? other._words[word] : 0);
            Count += BitOperations.PopCount(_words[word]);
        }
    }
}
