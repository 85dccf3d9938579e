using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>strace on a running process: sees its calls at a crash site, and may kill it as it makes one of them.</summary>
internal sealed partial class Strace : IAsyncDisposable
{
    private readonly string _log = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private Strace(int processId, CrashSite site, int? kill)
    {
        var calls = string.Join(',', site.Syscalls);
        var start = new ProcessStartInfo("strace", ["-f", "-yy", "-s", "0", "-o", _log, "-e", $"trace={calls}"]) { RedirectStandardError = true };
        foreach (var file in site.Files)
            start.ArgumentList.Add($"--trace-path={file}");
        if (kill is { } number)
            start.ArgumentList.Add($"--inject={calls}:signal=SIGKILL:when={number}");
        start.ArgumentList.Add($"--attach={processId}");
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += Keep;
        _process.BeginErrorReadLine();
    }

    /// <summary>
    /// Settings of a process whose calls are counted. strace counts by thread: what .NET does on its pool, it does here on one
    /// thread, so that the n-th call is the n-th of the process.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Countable { get; } = new Dictionary<string, string>
    {
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
    };

    /// <summary>Skips the test where strace is missing, or may not trace.</summary>
    public static async Task RequireAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Crash points are walked with strace, which is for Linux.");
        using var sleeping = Process.Start("sleep", ["60"]);
        try
        {
            await using var strace = await AttachAsync(sleeping.Id, CrashSite.Sends("sleep"), kill: null);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Crash points are walked with strace, which is not installed.");
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Crash points are walked with strace, which may not trace here: {exception.Message}");
        }
        finally
        {
            sleeping.Kill();
        }
    }

    /// <summary>Attaches to a process; returns when its calls are seen.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="site">Calls that count.</param>
    /// <param name="kill">Number of the call at whose beginning the process dies by SIGKILL; none: it lives.</param>
    public static async Task<Strace> AttachAsync(int processId, CrashSite site, int? kill)
    {
        var strace = new Strace(processId, site, kill);
        await Task.WhenAny(strace._attached.Task, strace._process.WaitForExitAsync(TestContext.Current.CancellationToken));
        if (strace._attached.Task.IsCompleted)
            return strace;
        await strace.DisposeAsync();
        throw new InvalidOperationException(string.Join('\n', strace._errors));
    }

    /// <summary>Ends the tracing; returns the calls that were made, in order, each with its file or socket.</summary>
    public async Task<IReadOnlyList<(string Syscall, string Target)>> DetachAsync()
    {
        await EndAsync();
        return [.. (await File.ReadAllLinesAsync(_log)).Select(l => Call().Match(l)).Where(m => m.Success).Select(m => (m.Groups[1].Value, m.Groups[2].Value))];
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
        File.Delete(_log);
    }

    private async Task EndAsync()
    {
        if (!_process.HasExited)
            await HostProcess.SignalAsync(_process.Id, "TERM");
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        _errors.Enqueue(line.Data);
        if (line.Data.Contains(" attached", StringComparison.Ordinal))
            _attached.TrySetResult();
    }

    // 4711 pwrite64(98</data/identity.db-wal>, ""..., 24, 32) = 24
    [GeneratedRegex(@"^\d+ +(\w+)\(\d+<((?:[^<>]|->)*)>")]
    private static partial Regex Call();
}
