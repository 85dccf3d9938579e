namespace Cdp.EndToEnd.Tests.Faults;

/// <summary>One fault of an engine under load, from a healthy platform to the census after it.</summary>
internal static class EngineFault
{
    /// <summary>Nothing acknowledged is lost or doubled, refusals are told as such, and memory stays within bounds.</summary>
    /// <param name="engines">The platform.</param>
    /// <param name="seed">Of the load.</param>
    /// <param name="breakIt">Begins the fault.</param>
    /// <param name="lasts">How long it lasts.</param>
    /// <param name="mendIt">Ends it.</param>
    public static async Task SurviveAsync(FaultyEngines engines, int seed, Func<Task> breakIt, TimeSpan lasts, Func<Task> mendIt)
    {
        await using var census = await Census.BeginAsync(engines.Services.Client, seed);
        await using var memory = new MemoryWatch(engines.Services);

        await census.DuringAsync(async () =>
        {
            await census.SomeLoadAsync();
            await breakIt();
            // The fault's length is what is tested: there is nothing to wait for.
            await Task.Delay(lasts, TestContext.Current.CancellationToken);
            await mendIt();
            await census.SomeLoadAsync();
        });

        await census.EndAsync();
        memory.RequireBounded(census.Load);
    }
}
