using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.InProcess;
using Grpc.Core;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Identity in its simplest form: whoever shares an identifier is one person, without limits.</summary>
internal sealed class FakeIdentity : IdentityService.IdentityServiceBase
{
    private readonly Dictionary<Identifier, string> _persons = [];
    private readonly List<Merge> _merges = [];
    private int _created;

    /// <summary>Trace contexts of the events asked about last.</summary>
    public IReadOnlyList<string> Traceparents { get; private set; } = [];

    /// <summary>Version of the rules in force.</summary>
    public long RulesVersion { get; set; } = 1;

    public IdentityService.IdentityServiceClient Client()
    {
        var methods = new InProcessMethods();
        IdentityService.BindService(methods, this);
        return new IdentityService.IdentityServiceClient(new InProcessCallInvoker(methods));
    }

    public override Task<ResolveResponse> Resolve(ResolveRequest request, ServerCallContext context)
    {
        if (request.RulesVersion != RulesVersion)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "Other rules are in force."));
        Traceparents = [.. request.Events.Select(e => e.Traceparent)];
        foreach (var source in request.Events.Where(e => e.Identifiers.Count > 0))
            Join(source);
        var response = new ResolveResponse();
        foreach (var source in request.Events)
        {
            var resolution = new Resolution { ProfileId = source.Identifiers.Count == 0 ? "" : _persons[source.Identifiers[0]] };
            resolution.Identifiers.AddRange(source.Identifiers);
            response.Resolutions.Add(resolution);
        }
        response.Merges.AddRange(_merges.Where(m => m.Sequence > request.MergesAfter));
        return Task.FromResult(response);
    }

    public override Task<Person> Lookup(LookupRequest request, ServerCallContext context) =>
        _persons.TryGetValue(request.Identifier, out var id)
            ? Task.FromResult(new Person { Id = id })
            : throw new RpcException(new Status(StatusCode.NotFound, "Nobody."));

    private void Join(ResolveEvent source)
    {
        var matched = source.Identifiers.Where(_persons.ContainsKey).Select(i => _persons[i]).Distinct().Order(StringComparer.Ordinal).ToList();
        var survivor = matched.FirstOrDefault() ?? $"p{++_created:d4}";
        foreach (var absorbed in matched.Skip(1))
        {
            _merges.Add(new Merge { Sequence = _merges.Count + 1, SurvivorId = survivor, AbsorbedId = absorbed });
            foreach (var identifier in _persons.Where(p => p.Value == absorbed).Select(p => p.Key).ToList())
                _persons[identifier] = survivor;
        }
        foreach (var identifier in source.Identifiers)
            _persons[identifier] = survivor;
    }
}
