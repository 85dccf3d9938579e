using System.Collections.Concurrent;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Scenarios;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>The platform as seven processes: the gateway and six services, with gRPC between them.</summary>
public sealed class ServicesPlatform : IPlatform, IAsyncLifetime
{
    private static readonly (string Stage, string Project)[] Stages =
    [
        ("governance", "Cdp.Governance.Host"), ("collection", "Cdp.Collection.Host"), ("identity", "Cdp.Identity.Host"),
        ("profile", "Cdp.Profile.Host"), ("segment-search", "Cdp.SegmentSearch.Host"), ("activation", "Cdp.Activation.Host"),
    ];
    private readonly ConcurrentBag<HostProcess> _processes = [];
    private PlatformClient? _client;

    /// <summary>Files of all services.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("cdp-services-").FullName;

    /// <summary>More settings for all processes.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where each service answers gRPC.</summary>
    public IReadOnlyDictionary<string, Uri> GrpcUrls { get; private set; } = new Dictionary<string, Uri>();

    /// <inheritdoc />
    public PlatformClient Client => _client ?? throw new InvalidOperationException("The platform has not started.");

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var process in _processes)
            await process.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private async Task StartAsync()
    {
        var free = HostProcess.FreePorts((Stages.Length * 2) + 1);
        var ports = Stages.Index().ToDictionary(s => s.Item.Stage, s => (Http: free[s.Index * 2], Grpc: free[(s.Index * 2) + 1]));
        var settings = PlatformSettings.For(DataDirectory);
        foreach (var (stage, (http, grpc)) in ports)
        {
            settings[$"Services__{stage}__http__0"] = $"http://127.0.0.1:{http}";
            settings[$"Services__{stage}__grpc__0"] = $"http://127.0.0.1:{grpc}";
        }
        foreach (var (name, value) in Settings)
            settings[name] = value;
        GrpcUrls = ports.ToDictionary(p => p.Key, p => new Uri($"http://127.0.0.1:{p.Value.Grpc}"));
        await Task.WhenAll(Stages.Select(s => StartAsync(
            s.Project, ports[s.Stage].Http, new Dictionary<string, string>(settings) { ["Cdp__GrpcUrls"] = $"http://127.0.0.1:{ports[s.Stage].Grpc}" })));
        var gateway = await StartAsync("Cdp.Gateway", free[^1], settings);
        _client = new PlatformClient(gateway.Url, PlatformSettings.AdminKey, PlatformSettings.WriteKey);
    }

    // Kept as soon as it runs, so that it ends with the tests also where another one does not start.
    private async Task<HostProcess> StartAsync(string project, int port, Dictionary<string, string> settings)
    {
        var process = await HostProcess.StartAsync(project, port, settings);
        _processes.Add(process);
        return process;
    }
}
