using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Evaluation;
using Cdp.SegmentSearch.Index;
using Google.Protobuf;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>People in the index and beside it in their plain form, to compare every evaluator with every other.</summary>
internal sealed class IndexedPeople(TimeSpan? kept = null) : IPeople, IIndexChanges, IDisposable
{
    private const long FarAhead = 40L * 24 * 3_600_000;
    private const int Parts = 25;
    private readonly Dictionary<(string Id, string Trait), FeedPosition> _positions = [];
    private long _offset;

    public ProfileIndex Index { get; } = new(eventsKept: kept);

    public Dictionary<string, PersonModel> People { get; } = new(StringComparer.Ordinal);

    public void Track(string id, string name, long time, string properties)
    {
        Person(id).Events.Add((name, time, properties));
        Apply(id, change => change.Events.Add(new TimelineEvent { Type = "track", Name = name, Timestamp = time, Properties = ByteString.CopyFromUtf8(properties) }));
    }

    public void Identify(string id, string trait, string? json)
    {
        if (json is null)
            Person(id).Traits.Remove(trait);
        else
            Person(id).Traits[trait] = json;
        _positions[(id, trait)] = new FeedPosition { Offset = _offset++ };
        Apply(id, _ => { });
    }

    public void Merge(string absorbed, string survivor)
    {
        if (absorbed == survivor || !People.Remove(absorbed, out var former))
            return;
        var person = Person(survivor);
        person.Events.AddRange(former.Events);
        foreach (var (trait, json) in former.Traits)
        {
            if (person.Traits.TryAdd(trait, json))
                _positions[(survivor, trait)] = _positions[(absorbed, trait)];
        }
        Apply(survivor, change => change.MergedFrom.Add(absorbed));
    }

    /// <summary>A profile was taken apart: of its events only the last are its own.</summary>
    public void Rebuild(string id, int events)
    {
        var person = Person(id);
        person.Events.RemoveRange(0, person.Events.Count - events);
        person.Traits.Clear();
        Apply(id, change =>
        {
            change.Rebuilt = true;
            change.Events.AddRange(person.Events.Select(e => new TimelineEvent { Type = "track", Name = e.Item1, Timestamp = e.Item2, Properties = ByteString.CopyFromUtf8(e.Item3) }));
        });
    }

    public void Erase(string id)
    {
        People.Remove(id);
        Index.Apply(new ProfileChange { Deleted = true, Profile = new ProfileDocument { Id = id } }, this);
    }

    /// <summary>Who meets a condition, by three evaluators that have to agree.</summary>
    public string[] Matching(string condition, long now)
    {
        var filter = ConditionParser.Parse(condition, _ => null);
        var reference = People.Values.Where(p => ReferenceEvaluator.Matches(filter, p, now, kept)).Select(p => p.Id).Order(StringComparer.Ordinal).ToArray();
        var node = new FilterBinder(Index, _ => new OrdinalSet()).Bind(filter);
        Assert.Equal(reference, People.Keys.Where(id => Test(node, id, now)).Order(StringComparer.Ordinal));
        var query = new IndexQuery(Index, _ => new OrdinalSet(), now).Run(filter);
        Assert.Equal(reference, query.Ordinals().Select(o => Index.IdOf(o)!).Order(StringComparer.Ordinal));
        return reference;
    }

    /// <summary>Until the moment at which an answer may change, it does not.</summary>
    public void CheckNextMoment(string condition, long now)
    {
        var filter = ConditionParser.Parse(condition, _ => null);
        var node = new FilterBinder(Index, _ => new OrdinalSet()).Bind(filter);
        foreach (var person in People.Values)
        {
            var moment = new Moment(now);
            var answer = node.Test(Index.OrdinalOf(person.Id)!.Value, ref moment);
            var stable = Math.Min(moment.Next, now + FarAhead) - 1;
            for (var part = 0; part <= Parts; part++)
                Assert.Equal(answer, ReferenceEvaluator.Matches(filter, person, now + ((stable - now) * part / Parts), kept));
        }
    }

    public void Dispose() => Index.Dispose();

    private bool Test(FilterNode node, string id, long now)
    {
        var moment = new Moment(now);
        return node.Test(Index.OrdinalOf(id)!.Value, ref moment);
    }

    private PersonModel Person(string id) => People.TryGetValue(id, out var person) ? person : People[id] = new PersonModel(id);

    private void Apply(string id, Action<ProfileChange> complete)
    {
        var change = new ProfileChange { Profile = new ProfileDocument { Id = id } };
        foreach (var (name, json) in Person(id).Traits.OrderBy(t => t.Key, StringComparer.Ordinal))
            change.Profile.Traits.Add(new Trait { Name = name, Json = json, Position = _positions[(id, name)] });
        complete(change);
        Index.Apply(change, this);
    }

    void IIndexChanges.Added(int profile)
    {
    }

    void IIndexChanges.EventAdded(int profile, string name)
    {
    }

    void IIndexChanges.TraitChanged(int profile, string name)
    {
    }

    void IIndexChanges.Merging(int absorbed, int survivor)
    {
    }

    void IIndexChanges.Rebuilding(int profile, IReadOnlyCollection<string> absorbed)
    {
    }

    void IIndexChanges.Leaving(int profile)
    {
    }

    void IIndexChanges.Erasing(int profile)
    {
    }
}
