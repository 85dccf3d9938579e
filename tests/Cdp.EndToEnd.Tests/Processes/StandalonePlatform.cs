using Cdp.EndToEnd.Tests.Client;
using Cdp.EndToEnd.Tests.Scenarios;

namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>The whole platform in one process, on a data directory that outlives the process.</summary>
public sealed class StandalonePlatform : IPlatform, IAsyncLifetime
{
    private readonly int _port = HostProcess.FreePorts(1)[0];
    private HostProcess? _process;
    private PlatformClient? _client;

    /// <summary>Its files.</summary>
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("cdp-standalone-").FullName;

    /// <summary>Settings beside those of every platform, as in the environment.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc />
    public PlatformClient Client => _client ?? throw new InvalidOperationException("The platform has not started.");

    /// <summary>The process.</summary>
    internal HostProcess Process => _process ?? throw new InvalidOperationException("The platform has not started.");

    /// <summary>What the process wrote.</summary>
    public string Output => _process?.Output ?? "";

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the process; again after it was killed.</summary>
    public async Task StartAsync(int? fileSizeLimit = null)
    {
        _process = await HostProcess.StartAsync("Cdp.Standalone", _port, PlatformSettings.For(DataDirectory).Concat(Settings).ToDictionary(), fileSizeLimit);
        _client ??= new PlatformClient(_process.Url, PlatformSettings.AdminKey, PlatformSettings.WriteKey);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
