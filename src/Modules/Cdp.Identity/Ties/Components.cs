using System.Runtime.InteropServices;
using Cdp.Identity.Rules;

namespace Cdp.Identity.Ties;

/// <summary>Identifiers joined step by step: union-find with a label on each set.</summary>
/// <typeparam name="TLabel">What a set carries.</typeparam>
/// <param name="join">The label of two sets that become one.</param>
internal sealed class Components<TLabel>(Func<TLabel?, TLabel?, TLabel?> join)
{
    private readonly Dictionary<IdentifierKey, IdentifierKey> _parents = [];
    private readonly Dictionary<IdentifierKey, TLabel?> _labels = [];

    /// <summary>Every identifier with the one that stands for its set.</summary>
    public IEnumerable<(IdentifierKey Key, IdentifierKey Root)> All => _parents.Keys.ToList().Select(key => (key, Find(key)));

    /// <summary>The identifier that stands for a set; an unknown one is a set by itself.</summary>
    public IdentifierKey Find(IdentifierKey key)
    {
        ref var parent = ref CollectionsMarshal.GetValueRefOrAddDefault(_parents, key, out var exists);
        if (!exists)
            parent = key;
        if (parent == key)
            return key;
        var root = parent;
        while (_parents[root] is var next && next != root)
            root = next;
        _parents[key] = root;
        return root;
    }

    /// <summary>Label of an identifier's set.</summary>
    public TLabel? LabelOf(IdentifierKey key) => _labels.GetValueOrDefault(Find(key));

    /// <summary>Sets the label of an identifier's set.</summary>
    public void Label(IdentifierKey key, TLabel label) => _labels[Find(key)] = label;

    /// <summary>Makes identifiers one set.</summary>
    public void Join(IReadOnlyList<IdentifierKey> keys)
    {
        for (var i = 1; i < keys.Count; i++)
        {
            var (root, other) = (Find(keys[0]), Find(keys[i]));
            if (root == other)
                continue;
            var label = join(_labels.GetValueOrDefault(root), _labels.GetValueOrDefault(other));
            _parents[other] = root;
            _labels[root] = label;
        }
    }
}
