using System.Numerics;
using System.Runtime.InteropServices;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.SegmentSearch.Evaluation;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Segments;

namespace Cdp.SegmentSearch.Writing;

/// <summary>
/// What one round has to ask, and what came of it: per changed profile the segments that look at what changed, then the
/// segments that refer to those whose answer changed. Within <see cref="ProfileIndex.Write"/>.
/// </summary>
internal sealed class MembershipRound(SegmentCatalog catalog, ProfileIndex index, MembershipCause cause, long now) : IIndexChanges
{
    private readonly int _words = catalog.All.Words.Length;
    private readonly Dictionary<int, int> _slots = [];
    private readonly List<int> _profiles = [];
    private readonly List<ulong> _masks = [];
    private readonly MergeLedger _merges = new(catalog, index);
    private Dictionary<string, string>? _traces;

    /// <summary>Entries and exits, in the order in which they came about.</summary>
    public List<MembershipChange> Changes { get; } = [];

    /// <summary>Exits of erased profiles: told, never stored.</summary>
    public List<MembershipChange> Erasures { get; } = [];

    /// <summary>Ids of erased profiles.</summary>
    public HashSet<string> Erased { get; } = new(StringComparer.Ordinal);

    /// <summary>How often a condition was asked.</summary>
    public long Evaluations { get; private set; }

    public SegmentCatalog Catalog => catalog;

    public long Now => now;

    /// <inheritdoc />
    public void Added(int profile) => Ask(profile, catalog.All);

    /// <inheritdoc />
    public void EventAdded(int profile, string name)
    {
        if (catalog.OfEvent(name) is { } mask)
            Ask(profile, mask);
    }

    /// <inheritdoc />
    public void TraitChanged(int profile, string name)
    {
        if (catalog.OfTrait(name) is { } mask)
            Ask(profile, mask);
    }

    /// <inheritdoc />
    public void Merging(int absorbed, int survivor)
    {
        var former = new SegmentMask(catalog.Ranked.Count);
        for (var rank = 0; rank < catalog.Ranked.Count; rank++)
        {
            if (!catalog.Ranked[rank].Members.Contains(absorbed))
                continue;
            catalog.Ranked[rank].Members.Set(absorbed, false);
            former.Add(rank);
        }
        _merges.Add(index.IdOf(absorbed)!, absorbed, survivor, former);
        Drop(absorbed);
        Ask(survivor, catalog.All);
    }

    /// <inheritdoc />
    public void Rebuilding(int profile, IReadOnlyCollection<string> absorbed)
    {
        // A merge of this very round did not happen: whoever was in a segment before it still is.
        if (_merges.TakeBack(index.IdOf(profile)!) is { } former)
        {
            for (var rank = 0; rank < catalog.Ranked.Count; rank++)
            {
                if (former.Contains(rank))
                    catalog.Ranked[rank].Members.Set(profile, true);
            }
        }
        foreach (var id in absorbed)
        {
            if (_merges.TakeBack(id) is { } segments)
                _merges.Add(id, absorbed: -1, profile, segments);
        }
        Ask(profile, catalog.All);
    }

    /// <inheritdoc />
    public void Leaving(int profile)
    {
        for (var rank = 0; rank < catalog.Ranked.Count; rank++)
        {
            if (!catalog.Ranked[rank].Members.Contains(profile))
                continue;
            catalog.Ranked[rank].Members.Set(profile, false);
            Changes.Add(Change(rank, index.IdOf(profile)!, entered: false, cause));
        }
        foreach (var (id, rank) in _merges.Take(profile))
            Changes.Add(Change(rank, id, entered: false, cause));
        Drop(profile);
    }

    /// <inheritdoc />
    public void Erasing(int profile)
    {
        for (var rank = 0; rank < catalog.Ranked.Count; rank++)
        {
            if (!catalog.Ranked[rank].Members.Contains(profile))
                continue;
            catalog.Ranked[rank].Members.Set(profile, false);
            AddErased(index.IdOf(profile)!, rank);
        }
        foreach (var (id, rank) in _merges.Take(profile))
            AddErased(id, rank);
        Erased.Add(index.IdOf(profile)!);
        Drop(profile);
    }

    /// <summary>A member that was stored under an id that has been absorbed since.</summary>
    public void AddAbsorbedMember(string id, int survivor, int rank)
    {
        var former = new SegmentMask(catalog.Ranked.Count);
        former.Add(rank);
        _merges.Add(id, absorbed: -1, survivor, former);
    }

    /// <summary>A member that was erased.</summary>
    public void AddErased(string id, int rank)
    {
        Erased.Add(id);
        Erasures.Add(Change(rank, id, entered: false, MembershipCause.Erasure));
    }

    /// <summary>Notes the trace context of what changed a profile, for the entries and exits that follow from it.</summary>
    public void Trace(string id, string traceparent) => (_traces ??= new(StringComparer.Ordinal))[id] = traceparent;

    /// <summary>Has segments asked of a profile.</summary>
    public void Ask(int profile, SegmentMask segments)
    {
        var start = SlotOf(profile) * _words;
        var masks = CollectionsMarshal.AsSpan(_masks).Slice(start, _words);
        for (var word = 0; word < _words; word++)
            masks[word] |= segments.Words[word];
    }

    /// <summary>The same, where the ordinal is in use.</summary>
    public void AskIfLive(int profile, SegmentMask segments)
    {
        if (index.IdOf(profile) is not null)
            Ask(profile, segments);
    }

    /// <summary>Has segments asked of every profile.</summary>
    public void AskEveryone(SegmentMask segments)
    {
        for (var profile = 0; profile < index.Ordinals; profile++)
            AskIfLive(profile, segments);
    }

    /// <summary>Asks, changes the sets of members, and notes who entered and left.</summary>
    public void Evaluate()
    {
        for (var slot = 0; slot < _profiles.Count; slot++)
            Evaluate(slot);
        foreach (var (id, rank, survivor) in _merges.Members())
        {
            // Where the profile that both became is not in the segment, the person left; else the membership only moved.
            var stays = catalog.Ranked[rank].Members.Contains(survivor);
            var exit = Change(rank, id, entered: false, stays ? MembershipCause.Merge : MembershipCause.Profile);
            exit.MergePeerId = index.IdOf(survivor)!;
            exit.Traceparent = TraceOf(exit.MergePeerId);
            Changes.Add(exit);
        }
    }

    /// <summary>Takes the changes back from the sets of members.</summary>
    public void Undo()
    {
        foreach (var change in Changes)
            catalog.MembersOf(change.SegmentKey).Set(index.OrdinalOf(change.ProfileId)!.Value, !change.Entered);
    }

    private void Evaluate(int slot)
    {
        var profile = _profiles[slot];
        for (var word = 0; word < _words; word++)
        {
            // A change may add segments of a higher rank, here or in a later word.
            while (_masks[(slot * _words) + word] is var mask && mask != 0)
            {
                _masks[(slot * _words) + word] = mask & (mask - 1);
                Evaluate(profile, slot, (word * 64) + BitOperations.TrailingZeroCount(mask));
            }
        }
    }

    private void Evaluate(int profile, int slot, int rank)
    {
        var segment = catalog.Ranked[rank];
        var moment = new Moment(now);
        var entered = catalog.Nodes[rank].Test(profile, ref moment);
        Evaluations++;
        if (moment.Next != long.MaxValue)
            segment.Schedule.Plan(profile, moment.Next);
        if (entered == segment.Members.Contains(profile))
            return;
        segment.Members.Set(profile, entered);
        var change = Change(rank, index.IdOf(profile)!, entered, cause);
        change.Traceparent = TraceOf(change.ProfileId);
        if (entered && _merges.FindMember(profile, rank) is { } peer)
            (change.Cause, change.MergePeerId) = (MembershipCause.Merge, peer);
        Changes.Add(change);
        var dependents = catalog.DependentsOf(rank).Words;
        for (var word = 0; word < _words; word++)
            _masks[(slot * _words) + word] |= dependents[word];
    }

    private MembershipChange Change(int rank, string id, bool entered, MembershipCause why) =>
        new() { SegmentKey = catalog.Ranked[rank].Key, ProfileId = id, Entered = entered, Cause = why, At = now };

    private string TraceOf(string id) => _traces?.GetValueOrDefault(id) ?? "";

    private int SlotOf(int profile)
    {
        if (_slots.TryGetValue(profile, out var slot))
            return slot;
        slot = _profiles.Count;
        _slots[profile] = slot;
        _profiles.Add(profile);
        for (var word = 0; word < _words; word++)
            _masks.Add(0);
        return slot;
    }

    // The ordinal is given up, and may be another profile's in this very round.
    private void Drop(int profile)
    {
        if (_slots.TryGetValue(profile, out var slot))
            CollectionsMarshal.AsSpan(_masks).Slice(slot * _words, _words).Clear();
    }
}
