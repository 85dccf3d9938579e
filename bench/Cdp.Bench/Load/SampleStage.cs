using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.InProcess;
using Cdp.SegmentSearch;
using Cdp.Storage.Elastic;
using Cdp.Storage.Embedded.SegmentSearch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Bench.Load;

/// <summary>The segment-search stage in this process, over the sample's customers.</summary>
internal sealed class SampleStage : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cdp-bench-").FullName;
    private readonly IHost _host;

    /// <param name="profiles">Number of customers.</param>
    /// <param name="engine">Connection string of a search engine; null: the search in memory.</param>
    /// <param name="prefix">What its indices begin with.</param>
    public SampleStage(int profiles, string? engine, string prefix)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [new("Cdp:DataDirectory", _directory), new("ConnectionStrings:elasticsearch", engine), new("Cdp:Elasticsearch:IndexPrefix", prefix)]);
        builder.Services.AddLogging(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Polly", LogLevel.Error));
        builder.Services.AddSingleton(TimeProvider.System);
        var stage = builder.AddSegmentSearch().UseEmbedded();
        if (engine is not null)
            stage.UseElasticsearch();
        builder.Services.AddHealthChecks();
        var methods = new InProcessMethods();
        ProfileService.BindService(methods, new SampleProfileService(profiles));
        builder.Services.AddSingleton(new ProfileService.ProfileServiceClient(new InProcessCallInvoker(methods)));
        builder.Services.AddSingleton(new ActivationService.ActivationServiceClient(new InProcessCallInvoker(methods)));
        _host = builder.Build();
        SegmentSearchModule.Bind(methods, _host.Services);
        Client = new SegmentService.SegmentServiceClient(new InProcessCallInvoker(methods));
    }

    public SegmentService.SegmentServiceClient Client { get; }

    /// <summary>Starts, and waits until searches are answered as they will be from there on.</summary>
    public async Task StartAsync(int profiles)
    {
        await _host.StartAsync();
        while ((await Client.GetStatusAsync(new Contracts.SegmentSearch.V1.GetStatusRequest())).Profiles < profiles || await IsBuildingAsync())
            await Task.Delay(50);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsBuildingAsync()
    {
        var report = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries.Values.Any(entry => entry.Description is not null);
    }
}
