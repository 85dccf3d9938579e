using System.Text.Json.Nodes;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>Compares what the platform answers about persons with how they must be; says what differs.</summary>
internal sealed class PeopleCheck(PlatformClient client)
{
    private readonly List<string> _differences = [];
    private readonly Dictionary<string, string> _identifierOf = [];

    /// <summary>Each of some persons: profile's answers, identity's, and that both agree.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(PlatformClient client, IReadOnlyList<Person> persons)
    {
        var check = new PeopleCheck(client);
        for (var i = 0; i < persons.Count; i++)
        {
            var id = await check.ProfileAsync(persons[i]);
            await check.IdentityAsync(persons[i], id, persons[(i + 1) % persons.Count]);
        }
        return check._differences;
    }

    /// <summary>All persons that ever were, counted: profiles, events, and in how many profiles segment search finds how many events.</summary>
    public static async Task<IReadOnlyList<string>> TotalDifferencesAsync(PlatformClient client, IReadOnlyList<Person> persons)
    {
        var check = new PeopleCheck(client);
        var pipeline = await client.GetAsync("/v1/pipeline");
        check.Expect(persons.Count(p => p.Events.Count > 0), pipeline["profiles"]!.GetValue<int>(), "profiles in all");
        check.Expect(persons.Sum(p => p.Events.Count), pipeline["events"]!.GetValue<int>(), "events in all");
        foreach (var same in persons.GroupBy(p => p.Events.Count(e => e.IsTrack)).Where(p => p.Key > 0))
        {
            var condition = $$$"""{"event":"{{{SentEvent.Tracked}}}","count":{"op":"exactly","value":{{{same.Key}}}}}""";
            check.Expect(same.Count(), (int)await client.CountAsync(condition), $"people found with {same.Key} tracked events");
        }
        return check._differences;
    }

    // Returns the id of the profile; null where there is none.
    private async Task<string?> ProfileAsync(Person person)
    {
        var found = new List<JsonNode?>();
        foreach (var identifier in person.Identifiers)
            found.Add(await client.FindAsync($"/v1/profiles/{identifier}"));
        var what = $"the person of {person.Identifiers.First()}";
        if (person.Events.Count == 0)
        {
            Expect("", string.Join(", ", found.OfType<JsonNode>().Select(Id)), $"profiles of {what}, who has no events");
            return null;
        }
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is null)
                _differences.Add($"{person.Identifiers.ElementAt(i)} finds no profile");
        }
        if (found[0] is not { } profile || found.Any(f => f is null))
            return null;
        var id = Id(profile);
        Expect(id, string.Join(", ", found.Select(f => Id(f!)).Distinct()), $"profiles that the identifiers of {what} find");
        if (!_identifierOf.TryAdd(id, person.Identifiers.First()))
            _differences.Add($"{what} and that of {_identifierOf[id]} are one profile, {id}");
        Expect(Sorted(person.Identifiers), Sorted(profile["identifiers"]!.AsArray().Select(i => $"{i!["type"]}:{i["value"]}")), $"identifiers of {what}");
        Expect(person.Events.Count, profile["event_count"]!.GetValue<int>(), $"count of events of {what}");
        var timeline = (await client.GetAsync($"/v1/profiles/{id}/events?limit=200"))["events"]!.AsArray();
        Expect(Sorted(person.Events.Select(e => e.MessageId)), Sorted(timeline.Select(e => $"{e!["message_id"]}")), $"timeline of {what}");
        var absorbed = profile["absorbed_ids"]!.AsArray().Select(a => $"{a}").ToList();
        foreach (var former in absorbed)
            Expect(id, await client.FindAsync($"/v1/profiles/{former}") is { } survivor ? Id(survivor) : "nothing", $"profile that the absorbed id {former} of {what} finds");
        var merges = (await client.GetAsync($"/v1/profiles/{id}/merges"))["merges"]!.AsArray();
        Expect(Sorted(absorbed), Sorted(merges.Select(m => $"{m!["absorbed_id"]}")), $"merges that identity knows of {what}, against the ids that its profile absorbed");
        return id;
    }

    // Identity's answer, by how it explains what ties each identifier to the next one, and that nothing ties it to somebody else.
    private async Task IdentityAsync(Person person, string? profileId, Person other)
    {
        foreach (var (left, right) in person.Identifiers.Zip(person.Identifiers.Skip(1)))
        {
            var tied = await ExplainAsync(left, right);
            Expect("true", $"{tied["connected"]}", $"identity's answer whether {left} and {right} are one person");
            Expect(profileId ?? $"{tied["a_profile_id"]}", $"{tied["b_profile_id"]}", $"identity's person of {right}");
        }
        if (ReferenceEquals(person, other))
            return;
        var apart = await ExplainAsync(person.Identifiers.First(), other.Identifiers.First());
        Expect("false", $"{apart["connected"]}", $"identity's answer whether {person.Identifiers.First()} and {other.Identifiers.First()} are one person");
        Expect(profileId ?? $"{apart["a_profile_id"]}", $"{apart["a_profile_id"]}", $"identity's person of {person.Identifiers.First()}");
    }

    private Task<JsonNode> ExplainAsync(string left, string right) => client.GetAsync($"/v1/identity/explain?a={left}&b={right}");

    private void Expect<T>(T expected, T found, string what)
    {
        if (!Equals(expected, found))
            _differences.Add($"{what}: expected {expected}, found {found}");
    }

    private static string Id(JsonNode profile) => $"{profile["id"]}";

    private static string Sorted(IEnumerable<string> values) => string.Join(' ', values.Order(StringComparer.Ordinal));
}
