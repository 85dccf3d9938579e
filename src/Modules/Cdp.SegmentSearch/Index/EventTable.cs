using System.Runtime.InteropServices;
using System.Text;

namespace Cdp.SegmentSearch.Index;

/// <summary>Where an event belongs and when it was.</summary>
/// <param name="Profile">Ordinal of the profile; -1: of none, the event was erased.</param>
/// <param name="Previous">The same profile's event before this one in the chain; -1 at its end.</param>
/// <param name="Time">Event time, ms since 1970.</param>
internal readonly record struct EventRow(int Profile, int Previous, long Time);

/// <summary>A profile's events of one name.</summary>
/// <param name="Head">Row of the one added last.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct EventChain(int Head, int Count);

/// <summary>All events of one name: rows in order of arrival, chained per profile, properties in columns.</summary>
internal sealed class EventTable : IColumnSource
{
    private const int FewDeadRows = 1_000;
    private readonly Dictionary<int, EventChain> _chains = [];
    private Chunks<EventRow> _rows = new();
    private int _dead;

    public ColumnTable Columns { get; private set; } = new();

    /// <summary>Rows, erased ones included.</summary>
    public int Rows => Columns.Rows;

    public EventRow this[int row] => _rows.Get(row);

    public bool TryGetChain(int profile, out EventChain chain) => _chains.TryGetValue(profile, out chain);

    /// <summary>Adds an event and returns its row, to write properties to.</summary>
    public int Append(int profile, long time)
    {
        var row = Columns.Rows++;
        Link(profile, row, time);
        return row;
    }

    /// <summary>Writes the name of a page or a screen as property <c>name</c>; its own property of that name goes over it.</summary>
    public void SetName(int row, string name) =>
        Columns.FindOrAdd("name")?.Set(row, Cell.OfText(Columns.Texts.Add(Encoding.UTF8.GetBytes(name))), Rows);

    /// <summary>Shows a profile's events, each with its properties.</summary>
    public void Visit(int profile, string name, IProfileVisitor visitor)
    {
        if (!_chains.TryGetValue(profile, out var chain))
            return;
        for (var row = chain.Head; row >= 0; row = _rows.Get(row).Previous)
        {
            visitor.Event(name, _rows.Get(row).Time);
            foreach (var column in Columns.Columns)
                column[row].Visit(column.Path, Columns.Texts, visitor);
        }
    }

    /// <summary>Makes the events of one profile another's.</summary>
    public void Move(int from, int to)
    {
        if (!_chains.Remove(from, out var moved))
            return;
        ref var target = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, to, out var exists);
        var end = exists ? target.Head : -1;
        for (var row = moved.Head; row >= 0;)
        {
            ref var current = ref _rows.At(row);
            var previous = current.Previous;
            current = current with { Profile = to, Previous = previous < 0 ? end : previous };
            row = previous;
        }
        target = new EventChain(moved.Head, moved.Count + target.Count);
    }

    /// <summary>Forgets the events of a profile.</summary>
    public void Remove(int profile)
    {
        if (!_chains.Remove(profile, out var chain))
            return;
        for (var row = chain.Head; row >= 0; row = _rows.Get(row).Previous)
        {
            _rows.At(row) = _rows.Get(row) with { Profile = -1 };
            foreach (var column in Columns.Columns)
                column.Set(row, Cell.Absent, Rows);
        }
        _dead += chain.Count;
        if (IsWorthIt(_dead))
            Compact(long.MinValue);
    }

    /// <summary>Forgets the events before a moment, where they are many; returns how many they were.</summary>
    public int Forget(long before)
    {
        var old = 0;
        for (var row = 0; row < Rows; row++)
            old += _rows.Get(row) is { Profile: >= 0 } current && current.Time < before ? 1 : 0;
        if (!IsWorthIt(_dead + old))
            return 0;
        Compact(before);
        return old;
    }

    private bool IsWorthIt(int dead) => dead > FewDeadRows && dead * 2 > Rows;

    private void Link(int profile, int row, long time)
    {
        ref var chain = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, profile, out var exists);
        _rows.At(row) = new EventRow(profile, exists ? chain.Head : -1, time);
        chain = new EventChain(row, chain.Count + 1);
    }

    private void Compact(long before)
    {
        var live = new List<int>(Rows - _dead);
        for (var row = 0; row < Rows; row++)
        {
            if (_rows.Get(row) is { Profile: >= 0 } current && current.Time >= before)
                live.Add(row);
        }
        var former = _rows;
        Columns = Columns.Copy(CollectionsMarshal.AsSpan(live));
        _rows = new Chunks<EventRow>();
        _chains.Clear();
        _dead = 0;
        for (var row = 0; row < live.Count; row++)
            Link(former.Get(live[row]).Profile, row, former.Get(live[row]).Time);
    }
}
