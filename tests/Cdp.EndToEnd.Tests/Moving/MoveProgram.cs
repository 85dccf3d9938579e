using System.Collections.Concurrent;
using System.Diagnostics;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Moving;

/// <summary>The program that moves house, as a process.</summary>
internal sealed class MoveProgram : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MoveProgram(string to, IReadOnlyDictionary<string, string> settings, string until)
    {
        var start = new ProcessStartInfo("dotnet", [HostProcess.FindBuilt("Cdp.Move"), "--to", to]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data, until);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, until);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Runs it to its end; returns the exit code and what it wrote.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string to, IReadOnlyDictionary<string, string> settings)
    {
        using var program = new MoveProgram(to, settings, "");
        await program._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (program._process.ExitCode, string.Join('\n', program._lines));
    }

    /// <summary>kill -9 as soon as it writes a line that begins like this.</summary>
    public static async Task KillAtAsync(string line, string to, IReadOnlyDictionary<string, string> settings)
    {
        using var program = new MoveProgram(to, settings, line);
        var ended = program._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(program._seen.Task, ended) == ended)
            throw new InvalidOperationException($"It ended before it wrote {line}:\n{string.Join('\n', program._lines)}");
        program._process.Kill(entireProcessTree: true);
        await ended;
    }

    public void Dispose() => _process.Dispose();

    private void Keep(string? line, string until)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (until.Length > 0 && line.StartsWith(until, StringComparison.Ordinal))
            _seen.TrySetResult();
    }
}
