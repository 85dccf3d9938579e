using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>The profile stage in memory: documents, the scan, and the feed of changes.</summary>
internal sealed class FakeProfileService(TimeProvider time) : ProfileService.ProfileServiceBase, IPeople
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProfileChange> _profiles = new(StringComparer.Ordinal);
    private readonly List<ProfileChange> _feed = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _connected = new();
    private long _offset;

    public bool IsAway { get; private set; }

    public int Scans { get; private set; }

    /// <summary>Whether the events of a profile that was taken apart come one by one.</summary>
    public bool IsInPieces { get; set; }

    public long Sequence
    {
        get
        {
            lock (_gate)
                return _feed.Count;
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Track(string id, string name, string properties = "{}", TimeSpan ago = default, string type = "track") =>
        Change(id, change => change.Events.Add(Timeline(type, name, properties, Now - (long)ago.TotalMilliseconds)));

    public void TrackMany(string id, string name, int count) => Change(id, change =>
    {
        for (var i = 0; i < count; i++)
            change.Events.Add(Timeline("track", name, "{}", Now));
    });

    public void Identify(string id, params (string Name, string? Json)[] traits) => Change(id, change =>
    {
        var position = NextPosition();
        foreach (var (name, json) in traits)
        {
            foreach (var former in change.Profile.Traits.Where(t => t.Name == name).ToList())
                change.Profile.Traits.Remove(former);
            if (json is not null)
                change.Profile.Traits.Add(new Trait { Name = name, Json = json, UpdatedAt = Now, Position = position });
        }
    });

    public void Track(string id, string name, long time, string properties) =>
        Change(id, change => change.Events.Add(Timeline("track", name, properties, time)));

    public void Identify(string id, string trait, string? json) => Identify(id, (trait, json is "null" ? null : json));

    public void Merge(string absorbed, string survivor)
    {
        if (absorbed == survivor)
            return;
        lock (_gate)
        {
            _profiles.Remove(absorbed, out var former);
            Change(survivor, change =>
            {
                change.MergedFrom.Add(absorbed);
                change.Profile.AbsorbedIds.Add(absorbed);
                change.Profile.AbsorbedIds.AddRange(former?.Profile.AbsorbedIds ?? []);
                foreach (var trait in former?.Profile.Traits ?? [])
                {
                    if (change.Profile.Traits.All(t => t.Name != trait.Name))
                        change.Profile.Traits.Add(trait);
                }
            }, former?.Events);
        }
    }

    /// <summary>A person is taken apart: a part gets the last events back, and the former id the others, unless there are none.</summary>
    public void Split(string former, string part, int events)
    {
        lock (_gate)
        {
            _profiles.Remove(former, out var whole);
            Rebuild(former, whole!.Events.SkipLast(events));
            Rebuild(part, whole.Events.TakeLast(events));
        }
    }

    public void Erase(string id)
    {
        lock (_gate)
        {
            _profiles.Remove(id);
            Publish(new ProfileChange { Deleted = true, Profile = new ProfileDocument { Id = id } });
        }
    }

    /// <summary>Forgets the events that happened before a moment, those in the feed included.</summary>
    public void Prune(DateTimeOffset before)
    {
        lock (_gate)
        {
            foreach (var change in _profiles.Values.Concat(_feed))
            {
                var kept = change.Events.Where(e => e.Timestamp >= before.ToUnixTimeMilliseconds()).ToList();
                change.Events.Clear();
                change.Events.AddRange(kept);
            }
        }
    }

    /// <summary>All profiles in their plain form.</summary>
    public IReadOnlyList<PersonModel> People()
    {
        lock (_gate)
            return [.. _profiles.Values.Select(Plain)];
    }

    /// <summary>Breaks all streams and refuses new ones.</summary>
    public void GoAway()
    {
        IsAway = true;
        _connected.Cancel();
    }

    public void ComeBack()
    {
        _connected = new CancellationTokenSource();
        IsAway = false;
    }

    public override async Task Scan(ScanRequest request, IServerStreamWriter<ScanResponse> responseStream, ServerCallContext context)
    {
        ThrowIfAway();
        var response = new ScanResponse();
        lock (_gate)
        {
            Scans++;
            response.Profiles.AddRange(_profiles.Values.Select(p => p.Clone()));
            response.Sequence = _feed.Count;
        }
        await responseStream.WriteAsync(response, context.CancellationToken);
    }

    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<ProfileChangeBatch> responseStream, ServerCallContext context)
    {
        ThrowIfAway();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _connected.Token);
        for (var after = request.After; ;)
        {
            Task changed;
            List<ProfileChange> changes;
            lock (_gate)
            {
                changed = _changed.Task;
                changes = _feed[(int)after..];
            }
            if (changes.Count == 0)
            {
                await changed.WaitAsync(stop.Token);
                continue;
            }
            if (IsInPieces)
            {
                foreach (var change in changes)
                    await WritePiecesAsync(change, responseStream, stop.Token);
                after += changes.Count;
                continue;
            }
            after += changes.Count;
            await responseStream.WriteAsync(new ProfileChangeBatch { Changes = { changes }, Sequence = after, Head = after }, stop.Token);
        }
    }

    private static async Task WritePiecesAsync(ProfileChange change, IServerStreamWriter<ProfileChangeBatch> responseStream, CancellationToken cancellationToken)
    {
        var piece = change.Clone();
        piece.Events.Clear();
        foreach (var timeline in change.Events.SkipLast(1))
        {
            piece.Events.Add(timeline);
            await responseStream.WriteAsync(new ProfileChangeBatch { Changes = { piece }, Sequence = change.Sequence - 1, Head = change.Sequence }, cancellationToken);
            piece = new ProfileChange { Sequence = change.Sequence, Profile = change.Profile };
        }
        piece.Events.AddRange(change.Events.TakeLast(1));
        await responseStream.WriteAsync(new ProfileChangeBatch { Changes = { piece }, Sequence = change.Sequence, Head = change.Sequence }, cancellationToken);
    }

    private static PersonModel Plain(ProfileChange profile)
    {
        var person = new PersonModel(profile.Profile.Id);
        foreach (var trait in profile.Profile.Traits)
            person.Traits[trait.Name] = trait.Json;
        person.Events.AddRange(profile.Events.Select(e => (e.Name, e.Timestamp, e.Properties.ToStringUtf8())));
        return person;
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw new RpcException(new Status(StatusCode.Unavailable, "away"));
    }

    private void Change(string id, Action<ProfileChange> apply, IEnumerable<TimelineEvent>? moved = null)
    {
        lock (_gate)
        {
            var stored = _profiles.TryGetValue(id, out var former) ? former : new ProfileChange { Profile = new ProfileDocument { Id = id } };
            var change = new ProfileChange { Profile = stored.Profile.Clone() };
            apply(change);
            change.Profile.Version++;
            Publish(change);
            _profiles[id] = new ProfileChange { Sequence = change.Sequence, Profile = change.Profile, Events = { stored.Events, change.Events, moved ?? [] } };
        }
    }

    private void Rebuild(string id, IEnumerable<TimelineEvent> events)
    {
        var change = new ProfileChange { Profile = new ProfileDocument { Id = id, Version = 1 }, Rebuilt = true, Events = { events } };
        change.Deleted = change.Events.Count == 0;
        Publish(change);
        if (!change.Deleted)
            _profiles[id] = new ProfileChange { Sequence = change.Sequence, Profile = change.Profile, Events = { change.Events } };
    }

    private void Publish(ProfileChange change)
    {
        change.Sequence = _feed.Count + 1;
        _feed.Add(change);
        _changed.SetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private TimelineEvent Timeline(string type, string name, string properties, long at) => new()
    {
        Type = type,
        Name = name,
        Timestamp = at,
        Properties = ByteString.CopyFromUtf8(properties),
        Position = NextPosition(),
    };

    private FeedPosition NextPosition() => new() { Offset = _offset++ };
}
