using Cdp.Contracts.Profile.V1;

namespace Cdp.SegmentSearch.Index;

/// <summary>
/// Traits and events of all profiles, in columns in memory: derived from the feed of changed profiles, rebuilt at start.
/// One writer, many readers; each sees the index between two rounds, never within one.
/// </summary>
internal sealed class ProfileIndex : IIndexedProfiles, IDisposable
{
    /// <summary>Event names kept; events of further names are not searchable.</summary>
    public const int MostEventNames = 10_000;

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly JsonFlattener _flattener = new();
    private readonly Dictionary<string, int> _ordinals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventTable> _events = new(StringComparer.Ordinal);
    private readonly List<string?> _ids = [];
    private readonly Stack<int> _free = new();
    private readonly IIndexFollower? _follower;
    private Chunks<long> _sequences = new();

    /// <param name="follower">Is told what changes.</param>
    /// <param name="eventsKept">How long events count; null: for ever.</param>
    public ProfileIndex(IIndexFollower? follower = null, TimeSpan? eventsKept = null) =>
        (_follower, Traits, EventsKept) = (follower, new TraitTable(_flattener), (long?)eventsKept?.TotalMilliseconds);

    /// <summary>How long after they happened events count, in ms; null: for ever.</summary>
    public long? EventsKept { get; }

    public TraitTable Traits { get; private set; }

    /// <summary>Live profiles.</summary>
    public int Count => _ordinals.Count;

    /// <inheritdoc />
    public long Sequence { get; set; }

    /// <inheritdoc />
    public int Ordinals => _ids.Count;

    /// <inheritdoc />
    public string? IdOf(int profile) => _ids[profile];

    /// <inheritdoc />
    public long SequenceOf(int profile) => _sequences.Get(profile);

    /// <inheritdoc />
    public int? OrdinalOf(string id) => _ordinals.TryGetValue(id, out var ordinal) ? ordinal : null;

    public EventTable? FindEvents(string name) => _events.GetValueOrDefault(name);

    /// <inheritdoc />
    public T Read<T>(Func<T> work)
    {
        _gate.EnterReadLock();
        try
        {
            return work();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Runs something that writes, to the index or to the sets of members that readers look into.</summary>
    public T Write<T>(Func<T> work)
    {
        _gate.EnterWriteLock();
        try
        {
            return work();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>Applies a change of a profile. Within <see cref="Write"/>.</summary>
    public void Apply(ProfileChange change, IIndexChanges changes)
    {
        if (change.Deleted)
        {
            Remove(change.Profile.Id, change.Rebuilt ? changes.Leaving : changes.Erasing);
            return;
        }
        var profile = FindOrAdd(change.Profile.Id, changes);
        foreach (var id in change.MergedFrom)
            Absorb(id, profile, changes);
        if (change.Rebuilt)
            Rebuild(profile, change.MergedFrom, changes);
        Traits.Write(profile, change.Profile.Traits, changes.TraitChanged);
        foreach (var timeline in change.Events)
            Add(profile, timeline, changes);
        _sequences.At(profile) = change.Sequence;
        _follower?.Changed(change.Profile.Id);
    }

    /// <inheritdoc />
    public void Visit(int profile, IProfileVisitor visitor)
    {
        Traits.Visit(profile, visitor);
        foreach (var (name, events) in _events)
            events.Visit(profile, name, visitor);
    }

    /// <summary>Forgets a profile. Within <see cref="Write"/>.</summary>
    public void Remove(string id, IIndexChanges changes) => Remove(id, changes.Erasing);

    /// <summary>Gives back the memory of events that happened before a moment and do not count any more, once it is worth it; returns how many. Within <see cref="Write"/>.</summary>
    public int Forget(long before) => _events.Values.Sum(events => events.Forget(before));

    /// <summary>Forgets everything. Within <see cref="Write"/>.</summary>
    public void Clear()
    {
        _ordinals.Clear();
        _events.Clear();
        _ids.Clear();
        _free.Clear();
        _sequences = new Chunks<long>();
        Traits = new TraitTable(_flattener);
        Sequence = 0;
        _follower?.Cleared();
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    // Names under which conditions find the calls that have a name of their own kind.
    private static string NameOf(TimelineEvent timeline) => timeline.Type switch
    {
        "track" => timeline.Name,
        "page" => "Page Viewed",
        "screen" => "Screen Viewed",
        _ => "",
    };

    private int FindOrAdd(string id, IIndexChanges changes)
    {
        if (_ordinals.TryGetValue(id, out var profile))
            return profile;
        if (_free.TryPop(out profile))
            _ids[profile] = id;
        else
        {
            profile = _ids.Count;
            _ids.Add(id);
        }
        _ordinals[id] = profile;
        changes.Added(profile);
        return profile;
    }

    private void Absorb(string id, int survivor, IIndexChanges changes)
    {
        if (!_ordinals.TryGetValue(id, out var absorbed) || absorbed == survivor)
            return;
        changes.Merging(absorbed, survivor);
        foreach (var events in _events.Values)
            events.Move(absorbed, survivor);
        GiveUp(id, absorbed);
    }

    // Traits need not be forgotten: those that come are all there are.
    private void Rebuild(int profile, IReadOnlyCollection<string> absorbed, IIndexChanges changes)
    {
        foreach (var events in _events.Values)
            events.Remove(profile);
        changes.Rebuilding(profile, absorbed);
    }

    private void Remove(string id, Action<int> going)
    {
        if (!_ordinals.TryGetValue(id, out var profile))
            return;
        going(profile);
        foreach (var events in _events.Values)
            events.Remove(profile);
        GiveUp(id, profile);
    }

    private void GiveUp(string id, int profile)
    {
        Traits.Remove(profile);
        _ordinals.Remove(id);
        _ids[profile] = null;
        _free.Push(profile);
        _follower?.Changed(id);
    }

    private void Add(int profile, TimelineEvent timeline, IIndexChanges changes)
    {
        var name = NameOf(timeline);
        if (name.Length == 0)
            return;
        if (!_events.TryGetValue(name, out var events))
        {
            if (_events.Count >= MostEventNames)
                return;
            _events[name] = events = new EventTable();
        }
        var row = events.Append(profile, timeline.Timestamp);
        if (timeline.Type != "track" && timeline.Name.Length > 0)
            events.SetName(row, timeline.Name);
        if (!timeline.Properties.IsEmpty)
            _flattener.Write(events.Columns, row, "", timeline.Properties.Span);
        changes.EventAdded(profile, name);
    }
}
