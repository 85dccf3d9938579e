using System.Text;
using Cdp.Contracts.Profile.V1;

namespace Cdp.SegmentSearch.Index;

/// <summary>
/// Traits in columns by profile ordinal. A profile's stamp is made of where its traits were set: while it is the same,
/// nothing has to be read again.
/// </summary>
internal sealed class TraitTable(JsonFlattener flattener) : IColumnSource
{
    private const long FewTextBytes = 1 << 20;
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly Chunks<ulong> _stamps = new();
    private readonly List<List<Group>?> _groupsOf = [];
    private long _textBytes = FewTextBytes;

    public ColumnTable Columns { get; private set; } = new();

    /// <summary>Writes a profile's traits; reports the names of those that changed.</summary>
    public void Write(int profile, IReadOnlyList<Trait> traits, Action<int, string> changed)
    {
        Columns.Rows = Math.Max(Columns.Rows, profile + 1);
        var stamp = StampOf(traits);
        if (_stamps.Get(profile) == stamp)
            return;
        while (_groupsOf.Count <= profile)
            _groupsOf.Add(null);
        var former = _groupsOf[profile];
        var groups = new List<Group>(traits.Count);
        foreach (var trait in traits)
        {
            if (GroupOf(trait.Name) is not { } group)
                continue;
            groups.Add(group);
            var mark = Mark(trait);
            if (group.Marks.Get(profile) == mark)
                continue;
            Clear(profile, group);
            group.Marks.At(profile) = mark;
            flattener.Write(Columns, profile, trait.Name, Encoding.UTF8.GetBytes(trait.Json));
            changed(profile, trait.Name);
        }
        foreach (var group in former ?? [])
        {
            if (groups.Contains(group))
                continue;
            Clear(profile, group);
            changed(profile, group.Name);
        }
        _groupsOf[profile] = groups;
        _stamps.At(profile) = stamp;
        CompactIfWorthIt();
    }

    /// <summary>Shows a profile's traits; a path that belongs to two of them may come twice.</summary>
    public void Visit(int profile, IProfileVisitor visitor)
    {
        if (profile >= _groupsOf.Count)
            return;
        foreach (var group in _groupsOf[profile] ?? [])
        {
            foreach (var column in group.Columns(Columns))
                column[profile].Visit(column.Path, Columns.Texts, visitor);
        }
    }

    /// <summary>Forgets a profile's traits.</summary>
    public void Remove(int profile)
    {
        if (profile >= _groupsOf.Count)
            return;
        foreach (var group in _groupsOf[profile] ?? [])
            Clear(profile, group);
        _groupsOf[profile] = null;
        _stamps.At(profile) = 0;
    }

    private void Clear(int profile, Group group)
    {
        group.Marks.At(profile) = 0;
        foreach (var column in group.Columns(Columns))
            column.Set(profile, Cell.Absent, Columns.Rows);
    }

    private Group? GroupOf(string name)
    {
        if (_groups.TryGetValue(name, out var group))
            return group;
        return _groups.Count >= ColumnTable.MostColumns ? null : _groups[name] = new Group(name);
    }

    // Overwritten texts stay behind; when they may be half of all, what is in use is copied.
    private void CompactIfWorthIt()
    {
        if (Columns.Texts.Bytes <= 2 * _textBytes)
            return;
        var rows = new int[Columns.Rows];
        for (var row = 0; row < rows.Length; row++)
            rows[row] = row;
        Columns = Columns.Copy(rows);
        _textBytes = Math.Max(FewTextBytes, Columns.Texts.Bytes);
    }

    private static ulong StampOf(IReadOnlyList<Trait> traits)
    {
        var stamp = 1UL;
        foreach (var trait in traits)
            stamp = ((stamp * 31) + (uint)trait.Name.Length) * 31 + Mark(trait);
        return stamp;
    }

    private static ulong Mark(Trait trait)
    {
        // Positions are unique in the log; an odd multiplier keeps different ones different, and the mark is never 0.
        var position = trait.Position is { } at ? ((ulong)at.Offset << 12) ^ (uint)at.Partition : 0;
        return ((position * 0x9E37_79B9_7F4A_7C15) ^ (ulong)trait.UpdatedAt) | 1;
    }

    /// <summary>The columns under one trait.</summary>
    private sealed class Group(string name)
    {
        private ColumnTable? _table;
        private int _seen;
        private Column[] _columns = [];

        public string Name { get; } = name;

        /// <summary>By profile: where the trait was set; 0 where it is not.</summary>
        public Chunks<ulong> Marks { get; } = new();

        public ReadOnlySpan<Column> Columns(ColumnTable table)
        {
            if (!ReferenceEquals(_table, table) || _seen != table.Columns.Count)
            {
                var below = Name + ".";
                _columns = [.. table.Columns.Where(c => c.Path == Name || c.Path.StartsWith(below, StringComparison.Ordinal))];
                (_table, _seen) = (table, table.Columns.Count);
            }
            return _columns;
        }
    }
}
