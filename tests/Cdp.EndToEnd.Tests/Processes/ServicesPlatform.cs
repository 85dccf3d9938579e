using System.Collections.Concurrent;
using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Scenarios;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>The platform as processes: the gateway and six services, with gRPC between them.</summary>
public class ServicesPlatform : IPlatform, IAsyncLifetime
{
    private static readonly (string Stage, string Project)[] Stages =
    [
        ("governance", "Cdp.Governance.Host"), ("collection", "Cdp.Collection.Host"), ("identity", "Cdp.Identity.Host"),
        ("profile", "Cdp.Profile.Host"), ("segment-search", "Cdp.SegmentSearch.Host"), ("activation", "Cdp.Activation.Host"),
    ];
    private readonly ConcurrentDictionary<(string Stage, int Replica), HostProcess> _processes = [];
    private readonly Dictionary<(string Stage, int Replica), Func<Task>> _starts = [];
    private readonly int _replicas;
    private PlatformClient? _client;

    public ServicesPlatform()
        : this(replicas: 1)
    {
    }

    /// <summary>The platform with several processes of each service.</summary>
    protected ServicesPlatform(int replicas) => _replicas = replicas;

    /// <summary>Files of all services.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("cdp-services-").FullName;

    /// <summary>More settings for all processes.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>More settings for single services.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> SettingsOf { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Where each service answers gRPC.</summary>
    public IReadOnlyDictionary<string, Uri> GrpcUrls { get; private set; } = new Dictionary<string, Uri>();

    /// <inheritdoc />
    public PlatformClient Client => _client ?? throw new InvalidOperationException("The platform has not started.");

    /// <summary>Names of the services.</summary>
    public static IEnumerable<string> StageNames => Stages.Select(s => s.Stage);

    /// <summary>One process of a service.</summary>
    internal HostProcess Process(string stage, int replica) => _processes[(stage, replica)];

    /// <summary>kill -9 of one process of a service.</summary>
    public Task KillAsync(string stage, int replica) => _processes[(stage, replica)].KillAsync();

    /// <summary>SIGTERM to one process of a service; returns when it has ended.</summary>
    public Task StopAsync(string stage, int replica) => _processes[(stage, replica)].StopAsync();

    /// <summary>Lets one process of a service hang, or ends that.</summary>
    public Task SignalAsync(string stage, int replica, string signal) => _processes[(stage, replica)].SignalAsync(signal);

    /// <summary>Starts a process again; returns when it is healthy.</summary>
    public Task StartAsync(string stage, int replica) => _starts[(stage, replica)]();

    /// <summary>Largest resident memory that any process has now, in bytes.</summary>
    public long LargestMemory => _processes.Values.Max(p => p.Memory);

    /// <summary>What the processes wrote.</summary>
    public string Output => string.Join('\n', _processes.Select(p => $"== {p.Key}\n{p.Value.Output}"));

    /// <summary>Where engines are used: their settings.</summary>
    protected virtual Task<IReadOnlyDictionary<string, string>> EngineSettingsAsync() =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    public virtual async ValueTask InitializeAsync()
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

    public virtual async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var process in _processes.Values)
            await process.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task StartAsync()
    {
        var ports = new Queue<int>(HostProcess.FreePorts((Stages.Length * 2 * _replicas) + 1));
        var processes = Stages.SelectMany(s => Enumerable.Range(0, _replicas).Select(replica => (s.Stage, s.Project, replica, Http: ports.Dequeue(), Grpc: ports.Dequeue()))).ToList();
        var settings = PlatformSettings.For(DataDirectory);
        foreach (var (name, value) in await EngineSettingsAsync())
            settings[name] = value;
        foreach (var process in processes)
        {
            settings[$"Services__{process.Stage}__http__{process.replica}"] = $"http://127.0.0.1:{process.Http}";
            settings[$"Services__{process.Stage}__grpc__{process.replica}"] = $"http://127.0.0.1:{process.Grpc}";
        }
        foreach (var (name, value) in Settings)
            settings[name] = value;
        GrpcUrls = processes.Where(p => p.replica == 0).ToDictionary(p => p.Stage, p => new Uri($"http://127.0.0.1:{p.Grpc}"));
        foreach (var process in processes)
        {
            var own = new Dictionary<string, string>(settings) { ["Cdp__GrpcUrls"] = $"http://127.0.0.1:{process.Grpc}" };
            foreach (var (name, value) in SettingsOf.GetValueOrDefault(process.Stage) ?? new Dictionary<string, string>())
                own[name] = value;
            _starts[(process.Stage, process.replica)] = () => StartAsync(process.Stage, process.replica, process.Project, process.Http, own);
        }
        await Task.WhenAll(_starts.Values.Select(start => start()));
        var gateway = ports.Dequeue();
        await StartAsync("gateway", 0, "Cdp.Gateway", gateway, settings);
        _client = new PlatformClient(new Uri($"http://127.0.0.1:{gateway}"), PlatformSettings.AdminKey, PlatformSettings.WriteKey);
    }

    // Kept as soon as it runs, so that it ends with the tests also where another one does not start.
    private async Task StartAsync(string stage, int replica, string project, int port, Dictionary<string, string> settings) =>
        _processes[(stage, replica)] = await HostProcess.StartAsync(project, port, settings);
}
