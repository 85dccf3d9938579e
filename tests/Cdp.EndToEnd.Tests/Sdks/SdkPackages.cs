using System.Diagnostics;
using Cdp.EndToEnd.Tests.Sdks;

[assembly: AssemblyFixture(typeof(SdkPackages))]

namespace Cdp.EndToEnd.Tests.Sdks;

/// <summary>Published SDKs, as the npm registry has them, installed once for all tests.</summary>
public sealed class SdkPackages : IAsyncDisposable
{
    private static readonly string[] Files = ["package.json", "package-lock.json", "send-segment.mjs", "send-rudderstack.mjs", "segment.html", "rudderstack.html"];
    private readonly Lazy<Task<string>> _installed = new(InstallAsync);

    /// <summary>The directory that they are in; the test skips where Node.js is absent.</summary>
    public Task<string> DirectoryAsync()
    {
        Assert.SkipUnless(Finds("node") && Finds("npm"), "Node.js with npm is not installed.");
        return _installed.Value;
    }

    /// <summary>Runs one of the scripts against a platform.</summary>
    public async Task<string> RunAsync(string script, Uri host, string writeKey) => await RunAsync(
        "node", [script], await DirectoryAsync(), new() { ["CDP_HOST"] = host.ToString(), ["CDP_WRITE_KEY"] = writeKey });

    public async ValueTask DisposeAsync()
    {
        if (_installed is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            Directory.Delete(await _installed.Value, recursive: true);
    }

    private static async Task<string> InstallAsync()
    {
        var directory = Directory.CreateTempSubdirectory("cdp-sdks-").FullName;
        foreach (var file in Files)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Sdks", file), Path.Combine(directory, file));
        await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], directory, []);
        return directory;
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
