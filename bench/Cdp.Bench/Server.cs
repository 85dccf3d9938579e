using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Cdp.Bench;

/// <summary>The standalone platform, or one of its services, as a process of its own on a fresh data directory.</summary>
internal sealed class Server : IAsyncDisposable
{
    public const string WriteKey = "bench-write-key";
    private const string AdminKey = "bench-admin-key";
    private readonly Process _process;
    private readonly string _data;

    private Server(Process process, string data, IPEndPoint endpoint)
    {
        _process = process;
        _data = data;
        Endpoint = endpoint;
        Rest = new HttpClient { BaseAddress = new Uri($"http://{endpoint}"), Timeout = TimeSpan.FromMinutes(5) };
        Rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public IPEndPoint Endpoint { get; }

    public HttpClient Rest { get; }

    public static async Task<Server> StartAsync(string host = "Cdp.Standalone", params (string Name, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("cdp-bench-").FullName;
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        var start = new ProcessStartInfo("dotnet", [FindBuilt(host), "--urls", $"http://{endpoint}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = data,
        };
        start.Environment["Cdp__DataDirectory"] = data;
        start.Environment["Cdp__AdminKey"] = AdminKey;
        start.Environment["Cdp__WriteKey"] = WriteKey;
        start.Environment["Cdp__GrpcUrls"] = "http://127.0.0.1:0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        // The bench is one caller: it must not meet its own limit.
        start.Environment["Cdp__RateLimit__Enabled"] = "false";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => { };
        process.BeginOutputReadLine();
        var server = new Server(process, data, endpoint);
        await server.UntilReadyAsync();
        return server;
    }

    /// <summary>Resident memory in MB: now and at its highest.</summary>
    public (long Now, long Peak) Memory()
    {
        _process.Refresh();
        return (_process.WorkingSet64 >> 20, _process.PeakWorkingSet64 >> 20);
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Rest.GetStringAsync(path))!;

    public async Task CreateSegmentAsync(string key, string condition)
    {
        using var response = await Rest.PostAsJsonAsync("/v1/segments", new { key, condition = JsonNode.Parse(condition) });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until every acknowledged event has been evaluated against the segments.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            var status = await GetAsync("/v1/pipeline");
            if (status["profile_lag"]!.GetValue<long>() == 0 && status["segment_lag"]!.GetValue<long>() == 0)
                return;
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static string FindBuilt(string project)
    {
        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "src", "Hosts", project, "bin", configuration, "net10.0", $"{project}.dll");
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException($"{project} is not built in {configuration}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task UntilReadyAsync()
    {
        while (!_process.HasExited)
        {
            try
            {
                if ((await Rest.GetAsync("/health")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"The platform ended with {_process.ExitCode} before it was ready.");
    }
}
