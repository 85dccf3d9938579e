namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>Where a process may crash: at system calls by which what it decided becomes durable, or reaches others.</summary>
/// <param name="Process">Name of the process.</param>
/// <param name="Syscalls">Names of the calls.</param>
/// <param name="Files">Files that they go to; none: any socket or file.</param>
internal sealed record CrashSite(string Process, IReadOnlyList<string> Syscalls, IReadOnlyList<string> Files)
{
    /// <summary>Writes to SQLite files and their write-ahead logs.</summary>
    public static CrashSite Writes(string process, string directory, params string[] databases) => new(
        process, ["pwrite64", "write", "fsync", "fdatasync", "ftruncate"], [.. databases.SelectMany(d => new[] { d, $"{d}-wal" }).Select(f => Path.Combine(directory, f))]);

    /// <summary>Whatever is sent to other processes.</summary>
    public static CrashSite Sends(string process) => new(process, ["sendto", "sendmsg"], []);

    public override string ToString() =>
        $"{string.Join(", ", Syscalls)} of {Process}{(Files.Count > 0 ? $" on {string.Join(", ", Files.Select(Path.GetFileName))}" : "")}";
}
