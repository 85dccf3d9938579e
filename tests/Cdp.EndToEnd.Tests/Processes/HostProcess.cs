using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>One of the platform's programs, run from its build output as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _project;

    private HostProcess(string project, Uri url, Process process)
    {
        _project = project;
        Url = url;
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it answers HTTP.</summary>
    public Uri Url { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it runs no longer.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a program and returns when it is healthy.</summary>
    /// <param name="project">Name of the project, such as Cdp.Standalone.</param>
    /// <param name="port">Port of its HTTP endpoint.</param>
    /// <param name="settings">Environment for it.</param>
    /// <param name="fileSizeLimit">Largest file that it may write, in KiB: a disk that fills up.</param>
    public static async Task<HostProcess> StartAsync(
        string project, int port, IReadOnlyDictionary<string, string> settings, int? fileSizeLimit = null)
    {
        var url = new Uri($"http://127.0.0.1:{port}");
        string[] command = ["dotnet", FindBuilt(project), "--urls", url.ToString()];
        var start = fileSizeLimit is { } limit
            // The signal that a write over the limit raises is ignored, so that the write fails as on a full disk.
            ? new ProcessStartInfo("bash", ["-c", $"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"", "bash", .. command])
            : new ProcessStartInfo(command[0], command[1..]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The runtime itself maps code through a file that is larger than the limit, unless it is told not to.
        if (fileSizeLimit is not null)
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = new HostProcess(project, url, Process.Start(start)!);
        try
        {
            await process.UntilHealthyAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ports that are free now, all different.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        listeners.ForEach(l => l.Dispose());
        return ports;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM; returns when it has ended.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Returns when it has ended, for whatever reason.</summary>
    public Task UntilEndedAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Sends a signal, such as STOP or CONT.</summary>
    public Task SignalAsync(string signal) => SignalAsync(_process.Id, signal);

    /// <summary>Sends a signal to any process; one that has just ended does not mind.</summary>
    public static async Task SignalAsync(int processId, string signal)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", ["-s", signal, $"{processId}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            if (_process.HasExited)
                return 0;
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>Path of a program in the build output.</summary>
    public static string FindBuilt(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "src", "Hosts", project, "bin", configuration, "net10.0", $"{project}.dll");
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException($"{project} is not built in {configuration}.");
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
            _output.Enqueue(line.Data);
    }

    private async Task UntilHealthyAsync()
    {
        using var http = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(5) };
        var deadline = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < deadline && !_process.HasExited)
        {
            try
            {
                if ((await http.GetAsync("/health", TestContext.Current.CancellationToken)).IsSuccessStatusCode)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet.
            }
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        throw new InvalidOperationException(
            $"{_project} {(_process.HasExited ? $"ended with {_process.ExitCode}" : "is not healthy")}:\n{Output}");
    }
}
