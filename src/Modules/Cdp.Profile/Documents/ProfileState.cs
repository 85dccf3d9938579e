using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Parsing;

namespace Cdp.Profile.Documents;

/// <summary>
/// A profile in memory. Applying events and joining two profiles commute: whatever the order, the same events make the same
/// profile (version and update time aside). Messages inside are never changed once made, so snapshots share them.
/// </summary>
internal sealed class ProfileState(string id, long createdAt)
{
    // Sorted arrays: most profiles hold a handful of each, and many profiles are in memory.
    private readonly SortedList<string, Trait> _traits = new(StringComparer.Ordinal);
    private readonly SortedList<string, ConsentPreference> _consents = new(StringComparer.Ordinal);
    private readonly SortedList<IdentifierName, ProfileIdentifier> _identifiers = [];
    private readonly SortedList<int, long> _positions = [];
    private SortedSet<string>? _groups;
    private SortedSet<string>? _absorbed;
    private long _createdAt = createdAt;
    private long _firstSeen = long.MaxValue;
    private long _lastSeen = long.MinValue;
    private long _events;
    private long _version;
    private long _updatedAt;

    public string Id { get; } = id;

    public static ProfileState Load(StoredProfile stored)
    {
        var document = stored.Document;
        var state = new ProfileState(document.Id, document.CreatedAt)
        {
            _events = document.EventCount,
            _version = document.Version,
            _updatedAt = document.UpdatedAt,
        };
        if (document.EventCount > 0)
            (state._firstSeen, state._lastSeen) = (document.FirstSeen, document.LastSeen);
        foreach (var trait in document.Traits.Concat(stored.RemovedTraits))
            state._traits[trait.Name] = trait;
        foreach (var consent in document.Consents)
            state._consents[consent.Category] = consent;
        foreach (var identifier in document.Identifiers)
            state._identifiers[IdentifierName.Of(identifier)] = identifier;
        Add(ref state._groups, document.GroupIds);
        Add(ref state._absorbed, document.AbsorbedIds);
        foreach (var position in stored.Positions)
            state._positions[position.Partition] = position.Offset;
        return state;
    }

    /// <summary>
    /// Begins a profile that a former one is taken apart into; its events are still to be applied. No event counts twice that came
    /// before.
    /// </summary>
    public static ProfileState PartOf(StoredProfile former, string id, long createdAt, IReadOnlyCollection<string> absorbedIds)
    {
        var state = new ProfileState(id, createdAt) { _version = id == former.Document.Id ? former.Document.Version : 0 };
        Add(ref state._absorbed, absorbedIds);
        foreach (var position in former.Positions)
            state._positions[position.Partition] = position.Offset;
        return state;
    }

    /// <summary>Whether the event is in the document already.</summary>
    public bool Includes(FeedPosition position) => _positions.TryGetValue(position.Partition, out var next) && position.Offset < next;

    /// <summary>Applies an event.</summary>
    /// <param name="source">The event.</param>
    /// <param name="resolution">The person's identifiers that it carries, and since when the person is.</param>
    public void Apply(ParsedEvent source, Resolution resolution)
    {
        var timeline = source.Timeline;
        foreach (var (name, json) in source.Traits)
        {
            var trait = new Trait
            {
                Name = name,
                Json = json,
                UpdatedAt = timeline.Timestamp,
                SourceId = timeline.SourceId,
                MessageId = timeline.MessageId,
                Position = source.Position,
            };
            Keep(_traits, name, trait, t => t.UpdatedAt, t => t.Position);
        }
        foreach (var (category, granted) in source.Consents)
        {
            var consent = new ConsentPreference
            {
                Category = category,
                Granted = granted,
                UpdatedAt = timeline.Timestamp,
                SourceId = timeline.SourceId,
                Position = source.Position,
            };
            Keep(_consents, category, consent, c => c.UpdatedAt, c => c.Position);
        }
        foreach (var identifier in resolution.Identifiers)
            KeepFirst(new ProfileIdentifier { Identifier = identifier, FirstSeen = timeline.Timestamp, SourceId = timeline.SourceId });
        if (source.GroupId.Length > 0)
            Add(ref _groups, [source.GroupId]);
        _firstSeen = Math.Min(_firstSeen, timeline.Timestamp);
        _lastSeen = Math.Max(_lastSeen, timeline.Timestamp);
        _events++;
        if (resolution.CreatedAt > 0)
            _createdAt = Math.Min(_createdAt, resolution.CreatedAt);
        Include(source.Position.Partition, source.Position.Offset + 1);
    }

    /// <summary>Takes over another profile, which is no more afterwards.</summary>
    public void Absorb(ProfileState other)
    {
        foreach (var (name, trait) in other._traits)
            Keep(_traits, name, trait, t => t.UpdatedAt, t => t.Position);
        foreach (var (category, consent) in other._consents)
            Keep(_consents, category, consent, c => c.UpdatedAt, c => c.Position);
        foreach (var identifier in other._identifiers.Values)
            KeepFirst(identifier);
        Add(ref _groups, other._groups ?? []);
        Add(ref _absorbed, [.. other._absorbed ?? [], other.Id]);
        _createdAt = Math.Min(_createdAt, other._createdAt);
        _firstSeen = Math.Min(_firstSeen, other._firstSeen);
        _lastSeen = Math.Max(_lastSeen, other._lastSeen);
        _events += other._events;
        foreach (var (partition, next) in other._positions)
            Include(partition, next);
    }

    /// <summary>Marks a change and returns the profile as it is now, at rest.</summary>
    public StoredProfile Snapshot(long updatedAt)
    {
        _version++;
        _updatedAt = updatedAt;
        var document = new ProfileDocument
        {
            Id = Id,
            FirstSeen = _events == 0 ? 0 : _firstSeen,
            LastSeen = _events == 0 ? 0 : _lastSeen,
            CreatedAt = _createdAt,
            UpdatedAt = _updatedAt,
            Version = _version,
            EventCount = _events,
        };
        var stored = new StoredProfile { Document = document };
        foreach (var trait in _traits.Values)
            (trait.Json.Length == 0 ? stored.RemovedTraits : document.Traits).Add(trait);
        document.Consents.AddRange(_consents.Values);
        document.Identifiers.AddRange(_identifiers.Values);
        document.GroupIds.AddRange(_groups ?? []);
        document.AbsorbedIds.AddRange(_absorbed ?? []);
        foreach (var (partition, next) in _positions)
            stored.Positions.Add(new FeedPosition { Partition = partition, Offset = next });
        return stored;
    }

    // The later event time wins; at equal times the later place in the log, so that the winner never depends on the order.
    private static void Keep<T>(SortedList<string, T> all, string key, T candidate, Func<T, long> time, Func<T, FeedPosition> position)
        where T : class
    {
        if (!all.TryGetValue(key, out var former) || Compare(candidate, former) > 0)
            all[key] = candidate;

        int Compare(T left, T right)
        {
            var byTime = time(left).CompareTo(time(right));
            if (byTime != 0)
                return byTime;
            var byOffset = position(left).Offset.CompareTo(position(right).Offset);
            return byOffset != 0 ? byOffset : position(left).Partition.CompareTo(position(right).Partition);
        }
    }

    private void KeepFirst(ProfileIdentifier identifier)
    {
        var key = IdentifierName.Of(identifier);
        if (!_identifiers.TryGetValue(key, out var former)
            || IsEarlier(identifier, former))
            _identifiers[key] = identifier;
    }

    private static bool IsEarlier(ProfileIdentifier left, ProfileIdentifier right) =>
        left.FirstSeen < right.FirstSeen
        || (left.FirstSeen == right.FirstSeen && string.CompareOrdinal(left.SourceId, right.SourceId) < 0);

    private void Include(int partition, long next) =>
        _positions[partition] = Math.Max(next, _positions.GetValueOrDefault(partition));

    private static void Add(ref SortedSet<string>? all, IReadOnlyCollection<string> more)
    {
        if (more.Count > 0)
            (all ??= new SortedSet<string>(StringComparer.Ordinal)).UnionWith(more);
    }

    private readonly record struct IdentifierName(string Type, string Value) : IComparable<IdentifierName>
    {
        public static IdentifierName Of(ProfileIdentifier identifier) => new(identifier.Identifier.Type, identifier.Identifier.Value);

        public int CompareTo(IdentifierName other)
        {
            var byType = string.CompareOrdinal(Type, other.Type);
            return byType != 0 ? byType : string.CompareOrdinal(Value, other.Value);
        }
    }
}
