using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>
/// Identity in its simplest form: whoever shares an identifier is one person, without limits; where two identifiers must not tie,
/// those that come first on an event count.
/// </summary>
internal sealed class FakeIdentity : IdentityService.IdentityServiceBase
{
    private readonly Dictionary<Identifier, string> _persons = [];
    private readonly Dictionary<Identifier, string> _created = [];
    private readonly HashSet<(Identifier, Identifier)> _apart = [];
    private readonly List<IReadOnlyList<Identifier>> _ties = [];
    private readonly List<(Merge Merge, List<Identifier> Survivor, List<Identifier> Absorbed)> _merges = [];
    private readonly List<Split> _splits = [];

    /// <summary>Trace contexts of the events asked about last.</summary>
    public IReadOnlyList<string> Traceparents { get; private set; } = [];

    /// <summary>Merges so far.</summary>
    public IEnumerable<Merge> Merges => _merges.Select(m => m.Merge);

    private long Next => _merges.Count + _splits.Count + 1;

    /// <summary>Version of the rules in force.</summary>
    public long RulesVersion { get; set; } = 1;

    /// <summary>Whether it does what it is asked, and dies before it says so.</summary>
    public bool LosesAnswers { get; set; }

    public IdentityService.IdentityServiceClient Client()
    {
        var methods = new InProcessMethods();
        IdentityService.BindService(methods, this);
        return new IdentityService.IdentityServiceClient(new InProcessCallInvoker(methods));
    }

    /// <summary>Identifiers of the one never tie those of the other.</summary>
    public void KeepApart(IEnumerable<Identifier> some, IReadOnlyCollection<Identifier> others)
    {
        foreach (var one in some)
            _apart.UnionWith(others.SelectMany(other => new[] { (one, other), (other, one) }));
    }

    public override Task<ResolveResponse> Resolve(ResolveRequest request, ServerCallContext context)
    {
        // 0: any.
        if (request.RulesVersion != 0 && request.RulesVersion != RulesVersion)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "Other rules are in force."));
        Traceparents = [.. request.Events.Select(e => e.Traceparent)];
        foreach (var source in request.Events.Where(e => e.Identifiers.Count > 0))
            Join(Usable(source));
        var response = new ResolveResponse { Resolutions = { request.Events.Select(Answer) } };
        response.Merges.AddRange(Merges.Where(m => m.Sequence > request.MergesAfter));
        response.Splits.AddRange(_splits.Where(s => s.Sequence > request.MergesAfter));
        return Task.FromResult(response);
    }

    public override Task<Person> Lookup(LookupRequest request, ServerCallContext context) =>
        _persons.TryGetValue(request.Identifier, out var id)
            ? Task.FromResult(new Person { Id = id })
            : throw new RpcException(new Status(StatusCode.NotFound, "Nobody."));

    public override Task<Merge> GetMerge(GetMergeRequest request, ServerCallContext context) =>
        Task.FromResult(Merges.FirstOrDefault(m => m.Sequence == request.Sequence) ?? throw new RpcException(new Status(StatusCode.NotFound, "No merge.")));

    public override Task<Split> SplitPerson(SplitPersonRequest request, ServerCallContext context)
    {
        var person = request.WhatCase == SplitPersonRequest.WhatOneofCase.Merge ? _persons[Of(request.Merge).Survivor[0]] : _persons[request.Identifier];
        var own = _persons.Where(p => p.Value == person).Select(p => p.Key).ToList();
        if (request.WhatCase == SplitPersonRequest.WhatOneofCase.Merge)
            KeepApart(Of(request.Merge).Survivor, Of(request.Merge).Absorbed);
        else
            KeepApart([request.Identifier], [.. own.Where(i => !i.Equals(request.Identifier))]);

        own.ForEach(identifier => _persons.Remove(identifier));
        foreach (var tie in _ties.Where(t => own.Contains(t[0])).ToList())
            Connect([.. tie.Where((identifier, i) => !tie.Take(i).Any(former => _apart.Contains((former, identifier))))]);
        own.ForEach(identifier => Connect([identifier]));
        var split = new Split { Sequence = Next, PersonId = person };
        split.Parts.AddRange(own.Select(i => _persons[i]).Distinct().OrderBy(id => id != person).ThenBy(id => id, StringComparer.Ordinal).Select(id => PartOf(id, own)));
        _splits.Add(split);
        return LosesAnswers ? throw Failure.Unavailable("Gone.") : Task.FromResult(split);
    }

    public override Task<AssignSplitResponse> AssignSplit(AssignSplitRequest request, ServerCallContext context) =>
        Task.FromResult(new AssignSplitResponse { Resolutions = { request.Events.Select(Answer) } });

    private (Merge Merge, List<Identifier> Survivor, List<Identifier> Absorbed) Of(long merge) => _merges.Single(m => m.Merge.Sequence == merge);

    private SplitPart PartOf(string id, List<Identifier> own)
    {
        var part = new SplitPart { PersonId = id, CreatedAt = CreatedAt(id) };
        part.Identifiers.AddRange(own.Where(i => _persons[i] == id));
        part.AbsorbedIds.AddRange(_created.Where(c => c.Value != id && _persons[c.Key] == id).Select(c => c.Value));
        return part;
    }

    private Resolution Answer(ResolveEvent source)
    {
        var usable = Usable(source);
        if (usable.Count == 0)
            return new Resolution();
        var person = _persons[usable[0]];
        return new Resolution { ProfileId = person, Identifiers = { usable }, CreatedAt = CreatedAt(person) };
    }

    private List<Identifier> Usable(ResolveEvent source)
    {
        var usable = new List<Identifier>();
        foreach (var identifier in source.Identifiers)
        {
            if (!usable.Any(other => _apart.Contains((identifier, other))))
                usable.Add(identifier);
        }
        return usable;
    }

    // Persons come one after the other, before all that they may be merged with.
    private static long CreatedAt(string id) => 1_700_000_000_000 + int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture);

    // Without a merge: for those who were one person before.
    private void Connect(List<Identifier> identifiers)
    {
        var ids = identifiers.Select(i => _persons.GetValueOrDefault(i) ?? _created.GetValueOrDefault(i)).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var canonical = ids.FirstOrDefault() ?? Create(identifiers[0]);
        foreach (var identifier in _persons.Where(p => ids.Contains(p.Value)).Select(p => p.Key).Concat(identifiers).ToList())
            _persons[identifier] = canonical;
    }

    private string Create(Identifier identifier) => _created[identifier] = $"p{_created.Count + 1:d4}";

    private void Join(List<Identifier> identifiers)
    {
        _ties.Add(identifiers);
        var matched = identifiers.Where(_persons.ContainsKey).Select(i => _persons[i]).Distinct().Order(StringComparer.Ordinal).ToList();
        var survivor = matched.FirstOrDefault() ?? Create(identifiers[0]);
        foreach (var absorbed in matched.Skip(1))
        {
            var lost = _persons.Where(p => p.Value == absorbed).Select(p => p.Key).ToList();
            _merges.Add((new Merge { Sequence = Next, SurvivorId = survivor, AbsorbedId = absorbed }, [.. _persons.Where(p => p.Value == survivor).Select(p => p.Key)], lost));
            lost.ForEach(identifier => _persons[identifier] = survivor);
        }
        foreach (var identifier in identifiers)
            _persons[identifier] = survivor;
    }
}
