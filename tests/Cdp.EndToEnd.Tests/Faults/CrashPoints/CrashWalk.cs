using System.Net;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>
/// Walks the crash points of a process one by one: while people are merged and taken apart, it dies at its first, second, third …
/// call at a site, is started again, and then everybody must be there once. All steps are on the same data.
/// </summary>
/// <param name="client">Client of the platform.</param>
/// <param name="process">The process of a name, as it runs now.</param>
/// <param name="restart">Starts it again.</param>
/// <param name="seed">Makes the load.</param>
internal sealed class CrashWalk(PlatformClient client, Func<string, HostProcess> process, Func<string, Task> restart, int seed)
{
    // Rounds, and with them calls, are a few more or less each time.
    private const int LivesInARow = 3;
    private readonly People _everybody = new();
    private (People People, IReadOnlyList<Person> Persons) _before = (new People(), []);
    private int _steps;

    /// <summary>Nothing is limited, so that persons are what the model says in whatever order events come.</summary>
    public async Task BeginAsync()
    {
        var rules = await client.GetAsync("/v1/identity/rules");
        foreach (var identifier in rules["identifiers"]!.AsArray())
            identifier!["limit"] = 1_000;
        rules["default"]!["limit"] = 1_000;
        var (status, body) = await client.TryPutAsync("/v1/identity/rules", rules);
        Assert.True(status == HttpStatusCode.OK, $"{body}");
    }

    /// <summary>Walks a site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="few">So many points of each call, evenly spread; none: each of them, until it passes without dying.</param>
    public async Task AlongAsync(CrashSite site, int? few)
    {
        if (_steps == 0)
            await StepAsync(site, kill: null);
        var (_, seen) = await StepAsync(site, kill: null);
        var deaths = 0;
        foreach (var calls in seen.GroupBy(c => c.Syscall, c => c.Target))
            deaths += await AlongAsync(site with { Syscalls = [calls.Key] }, calls.Count(), few);
        Assert.True(deaths > 0, $"{site}: nothing died of {seen.Count} calls.");
    }

    private async Task<int> AlongAsync(CrashSite site, int expected, int? few)
    {
        var (steps, deaths) = (0, 0);
        for (var lives = 0; few is { } limit ? steps < limit : lives < LivesInARow; steps++)
        {
            var (died, _) = await StepAsync(site, kill: few is { } points ? 1 + (steps * (expected - 1) / points) : steps + 1);
            lives = died ? 0 : lives + 1;
            deaths += died ? 1 : 0;
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{site}: {expected} in a step without a crash; died {deaths} times in {steps} steps.");
        return deaths;
    }

    // A step: what it does, the death, and what has to be there after it.
    private async Task<(bool Died, IReadOnlyList<(string Syscall, string Target)> Calls)> StepAsync(CrashSite site, int? kill)
    {
        var step = ++_steps;
        IReadOnlyList<(string Syscall, string Target)> calls = [];
        var died = false;
        try
        {
            await using var strace = await Strace.AttachAsync(process(site.Process).Id, site, kill);
            var work = WorkAsync(step);
            await Task.WhenAny(work, process(site.Process).UntilEndedAsync(TestContext.Current.CancellationToken));
            calls = await strace.DetachAsync();
            died = process(site.Process).HasEnded;
            if (died)
                await restart(site.Process);
            await CheckAsync(await work);
            return (died, calls);
        }
        catch (Exception exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            var point = kill is null ? "without a crash" : died && calls.Count > 0 ? $"killed at {calls[^1].Syscall} number {kill} of {site.Process}, to {calls[^1].Target}" : $"to be killed at number {kill}";
            throw new InvalidOperationException($"Step {step} of seed {seed}, {site}, {point}: {exception.Message}\n{process(site.Process).Output}", exception);
        }
    }

    // People are merged; of those of the step before one is taken apart meanwhile, in every second step, and one afterwards.
    private async Task<People> WorkAsync(int step)
    {
        var load = new MergingLoad(seed + step, $"w{step}");
        var apart = _before.Persons.Select(Unmerging.Choose).OfType<string>().Take(2).ToList();
        await Task.WhenAll(load.SendAsync(client), step % 2 == 0 && apart.Count > 1 ? TakeOutAsync(apart[1]) : Task.CompletedTask);
        await DrainAsync();
        if (apart.Count > 0)
            await TakeOutAsync(apart[0]);
        await DrainAsync();
        _everybody.Add(load.Events);
        var people = new People();
        people.Add(load.Events);
        return people;
    }

    private async Task TakeOutAsync(string identifier)
    {
        await Unmerging.TakeOutAsync(client, identifier);
        _everybody.TakeOut(identifier);
        _before.People.TakeOut(identifier);
    }

    // Drains also a platform of which a process dies meanwhile.
    private Task DrainAsync() => PlatformClient.UntilAsync(
        async () =>
        {
            try
            {
                await client.DrainAsync();
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        isDrained => isDrained,
        "the pipeline is drained");

    private async Task CheckAsync(People people)
    {
        await DrainAsync();
        IReadOnlyList<Person> persons = [.. _before.People.All(), .. people.All()];
        IReadOnlyList<Person> everybody = _everybody.All();
        await PlatformClient.UntilAsync(
            async () => string.Join('\n', [.. await PeopleCheck.DifferencesAsync(client, persons), .. await PeopleCheck.TotalDifferencesAsync(client, everybody)]),
            differences => differences.Length == 0,
            "everybody is there once");
        _before = (people, people.All());
    }
}
