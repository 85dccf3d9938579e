namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>
/// Which persons events make, without limits: identifiers that came together are one, found by union-find. An identifier that was
/// taken out of a person comes together with nothing any more.
/// </summary>
internal sealed class People
{
    private readonly List<SentEvent> _events = [];
    private readonly HashSet<string> _takenOut = [];

    public void Add(IEnumerable<SentEvent> events) => _events.AddRange(events);

    /// <summary>Unmerges an identifier.</summary>
    public void TakeOut(string identifier) => _takenOut.Add(identifier);

    /// <summary>All persons.</summary>
    public IReadOnlyList<Person> All()
    {
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sent in _events)
        {
            foreach (var identifier in sent.Identifiers)
                parents.TryAdd(identifier, identifier);
            var together = sent.Identifiers.Where(i => !_takenOut.Contains(i)).ToList();
            for (var i = 1; i < together.Count; i++)
                parents[Find(together[0])] = Find(together[i]);
        }
        var events = _events.ToLookup(e => Find(e.Identifiers[0]));
        return [.. parents.Keys.GroupBy(Find).Select(p => new Person([.. p], [.. events[p.Key]]))];

        string Find(string identifier)
        {
            while (parents[identifier] != identifier)
                identifier = parents[identifier] = parents[parents[identifier]];
            return identifier;
        }
    }
}
