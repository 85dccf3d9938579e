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
    private readonly List<HostProcess> _processes = [];
    private PlatformClient? _client;

    /// <summary>Files of all services.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("cdp-services-").FullName;

    /// <inheritdoc />
    public PlatformClient Client => _client ?? throw new InvalidOperationException("The platform has not started.");

    public async ValueTask InitializeAsync()
    {
        var ports = Stages.ToDictionary(s => s.Stage, _ => (Http: HostProcess.FreePort(), Grpc: HostProcess.FreePort()));
        var settings = PlatformSettings.For(DataDirectory);
        foreach (var (stage, (http, grpc)) in ports)
        {
            settings[$"Services__{stage}__http__0"] = $"http://127.0.0.1:{http}";
            settings[$"Services__{stage}__grpc__0"] = $"http://127.0.0.1:{grpc}";
        }
        var started = await Task.WhenAll(Stages.Select(s => HostProcess.StartAsync(
            s.Project, ports[s.Stage].Http, new Dictionary<string, string>(settings) { ["Cdp__GrpcUrls"] = $"http://127.0.0.1:{ports[s.Stage].Grpc}" })));
        _processes.AddRange(started);
        var gateway = await HostProcess.StartAsync("Cdp.Gateway", HostProcess.FreePort(), settings);
        _processes.Add(gateway);
        _client = new PlatformClient(gateway.Url, PlatformSettings.AdminKey, PlatformSettings.WriteKey);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var process in _processes)
            await process.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
