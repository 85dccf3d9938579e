using System.Diagnostics;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Runs Sdk/send.mjs: the npm package @segment/analytics-node as published, pointed at the platform.</summary>
internal static class NodeSdk
{
    public static async Task<string> RunAsync(Uri host, string writeKey)
    {
        Assert.SkipUnless(Finds("node") && Finds("npm"), "Node.js with npm is not installed.");
        // A copy for each run: two shapes of the platform may install at the same time.
        var directory = Directory.CreateTempSubdirectory("cdp-sdk-").FullName;
        try
        {
            foreach (var file in new[] { "package.json", "package-lock.json", "send.mjs" })
                File.Copy(Path.Combine(AppContext.BaseDirectory, "Sdk", file), Path.Combine(directory, file));
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], directory, []);
            return await RunAsync("node", ["send.mjs"], directory, new() { ["CDP_HOST"] = host.ToString(), ["CDP_WRITE_KEY"] = writeKey });
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static bool Finds(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(d => File.Exists(Path.Combine(d, program)));

    private static async Task<string> RunAsync(string program, string[] arguments, string directory, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var stop = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await errors}");
        return await output;
    }
}
