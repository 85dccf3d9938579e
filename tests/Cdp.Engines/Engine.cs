using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Cdp.Engines;

/// <summary>
/// A server that adapters run on in tests: one elsewhere, named by an environment variable, or one of this machine's, started
/// at the first use and stopped at the end. Where neither is at hand, the test that asks for it skips and says so.
/// Use it as an assembly fixture, or make one for a test that breaks it.
/// </summary>
/// <param name="name">Name of the local engine.</param>
/// <param name="variable">Environment variable with the connection string of a server elsewhere.</param>
public abstract class Engine(string name, string variable) : IAsyncDisposable
{
    private static readonly string? Launcher = FindLauncher();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"cdp-{name}-{Guid.NewGuid():n}");
    private readonly int _port = FreePort();
    private string? _address;

    /// <summary>Why a test that needs the server cannot run here; null where it can. For fixtures, which cannot skip.</summary>
    public string? Missing => Launcher is null && !IsElsewhere ? $"There is no {name} here: set {variable}, or put the engines beside the repository." : null;

    private bool IsElsewhere => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    /// <summary>Connection string of the server, which answers by now. Skips the test where there is none.</summary>
    public async Task<string> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } elsewhere)
            return elsewhere;
        return await ConnectOwnAsync(cancellationToken);
    }

    /// <summary>The same for a server of this machine, which may be killed, paused and filled. Skips the test where there is none.</summary>
    public async Task<string> ConnectOwnAsync(CancellationToken cancellationToken)
    {
        if (Launcher is null)
            Assert.Skip($"There is no {name} on this machine to start and break.");
        await _starting.WaitAsync(cancellationToken);
        try
        {
            return _address ??= await StartAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Starts it again after <see cref="KillAsync"/> or <see cref="StopAsync"/>, at the same address, with the data it had.</summary>
    public Task<string> StartAsync(CancellationToken cancellationToken) =>
        RunAsync(cancellationToken, "start", name, "--port", $"{_port}", "--data", _directory);

    /// <summary>Ends it as a crash does.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken, "kill", "--data", _directory);

    /// <summary>Ends it in order.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken, "stop", "--data", _directory);

    /// <summary>Lets it hang.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken, "pause", "--data", _directory);

    /// <summary>Ends the hang.</summary>
    public Task ResumeAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken, "resume", "--data", _directory);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_directory, "engine.pid")))
            await KillAsync(CancellationToken.None);
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
        _starting.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        // What it starts in the background inherits the error stream, so only the output can be read to its end.
        using var process = Process.Start(new ProcessStartInfo(Launcher!, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"engine {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static string? FindLauncher()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "CdpMicro.sln")))
            directory = directory.Parent;
        var launcher = directory?.Parent is null ? null : Path.Combine(directory.Parent.FullName, "shared", "engines", "engine");
        var hasJava = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "java")));
        return File.Exists(launcher) && hasJava ? launcher : null;
    }

    // Some engines listen on the next port, too.
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            using var second = new TcpListener(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another pair.
            }
        }
    }
}
