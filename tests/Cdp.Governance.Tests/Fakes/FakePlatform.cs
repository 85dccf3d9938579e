using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Governance.Regulations;
using Cdp.InProcess;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>The other five stages in memory, with people in them. Calls can be made to fail, stages to lag.</summary>
internal sealed class FakePlatform
{
    private readonly InProcessMethods _methods = new();

    public FakePlatform()
    {
        var binder = new InterceptedBinder(_methods, Faults);
        CollectionService.BindService(binder, new FakeCollection(this));
        IdentityService.BindService(binder, new FakeIdentity(this));
        ProfileService.BindService(binder, new FakeProfiles(this));
        SegmentService.BindService(binder, new FakeSegments(this));
        ActivationService.BindService(binder, new FakeActivation(this));
    }

    public FaultInterceptor Faults { get; } = new();

    /// <summary>For each offset of the log whose event it is; null where it was erased.</summary>
    public List<string?> Log { get; } = [];

    /// <summary>Identifier values and the persons that hold them.</summary>
    public Dictionary<string, string> Identifiers { get; } = [];

    /// <summary>Persons in identity, with the ids that they absorbed.</summary>
    public Dictionary<string, List<string>> Persons { get; } = [];

    /// <summary>Profiles, with the ids that they absorbed.</summary>
    public Dictionary<string, List<string>> Profiles { get; } = [];

    public HashSet<string> Members { get; } = [];

    public HashSet<string> Deliveries { get; } = [];

    public long ProfileSequence { get; set; } = 1;

    public long MembershipSequence { get; set; } = 1;

    /// <summary>Where a stage is held; it follows by itself where none is set.</summary>
    public long? ProfilesHeldAt { get; set; }

    public long? SegmentsHeldAt { get; set; }

    public long? ActivationHeldAt { get; set; }

    /// <summary>Adds a person with events to every stage.</summary>
    public void Add(string id, string identifier, int events, params string[] absorbed)
    {
        Identifiers[identifier] = id;
        Persons[id] = [.. absorbed];
        Profiles[id] = [.. absorbed];
        Log.AddRange(Enumerable.Repeat(id, events));
        Members.Add(id);
        Deliveries.Add(id);
    }

    /// <summary>Makes one person of two, in identity and, unless the profile stage does not come to it, in profiles.</summary>
    public void Merge(string survivor, string absorbed, bool inProfiles = true)
    {
        foreach (var people in inProfiles ? new[] { Persons, Profiles } : [Persons])
        {
            people[survivor].AddRange(people[absorbed].Prepend(absorbed));
            people.Remove(absorbed);
        }
        foreach (var identifier in Identifiers.Where(i => i.Value == absorbed).Select(i => i.Key).ToList())
            Identifiers[identifier] = survivor;
    }

    /// <summary>The canonical id of a canonical or absorbed one; null where there is none.</summary>
    public static string? Canonical(Dictionary<string, List<string>> people, string id) =>
        people.ContainsKey(id) ? id : people.FirstOrDefault(p => p.Value.Contains(id)).Key;

    public RegulationRunner CreateRunner(IRegulationStore store, TimeProvider time)
    {
        var invoker = new InProcessCallInvoker(_methods);
        var collection = new CollectionService.CollectionServiceClient(invoker);
        var identity = new IdentityService.IdentityServiceClient(invoker);
        var profiles = new ProfileService.ProfileServiceClient(invoker);
        var segments = new SegmentService.SegmentServiceClient(invoker);
        var activation = new ActivationService.ActivationServiceClient(invoker);
        var erasure = new Erasure(
            new Pipeline(collection, profiles, segments, activation, time), new PersonFinder(identity, profiles, time),
            new EventEraser(collection, profiles, time), store, identity, profiles, segments, activation, time);
        return new RegulationRunner(store, erasure, NullLogger<RegulationRunner>.Instance);
    }
}
