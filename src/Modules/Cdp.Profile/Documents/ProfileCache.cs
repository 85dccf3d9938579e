namespace Cdp.Profile.Documents;

/// <summary>
/// Profiles in memory, bounded: two generations, of which the older is let go when the younger has filled up. What was
/// used lately stays.
/// </summary>
internal sealed class ProfileCache(int capacity)
{
    private Dictionary<string, ProfileState> _young = new(StringComparer.Ordinal);
    private Dictionary<string, ProfileState> _old = new(StringComparer.Ordinal);

    public ProfileState? Find(string id)
    {
        if (_young.TryGetValue(id, out var state))
            return state;
        if (!_old.Remove(id, out state))
            return null;
        _young[id] = state;
        return state;
    }

    public void Add(ProfileState state) => _young[state.Id] = state;

    public void Remove(string id)
    {
        _young.Remove(id);
        _old.Remove(id);
    }

    public void Clear()
    {
        _young.Clear();
        _old.Clear();
    }

    /// <summary>Lets go of what was not used lately. Not while profiles are being changed.</summary>
    public void Trim()
    {
        if (_young.Count * 2 <= capacity)
            return;
        _old = _young;
        _young = new(StringComparer.Ordinal);
    }
}
