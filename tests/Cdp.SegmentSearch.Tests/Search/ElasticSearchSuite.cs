using Cdp.Engines;
using Cdp.Retention;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Tests.Fakes;
using Cdp.Storage.Elastic;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace Cdp.SegmentSearch.Tests.Search;

/// <summary>The search with an engine; the index in memory must not answer in its place.</summary>
public abstract class ElasticSearchSuite(Engine engine) : ProfileSearchSuite, IAsyncDisposable
{
    private readonly List<SearchEngine> _used = [];

    /// <summary>Takes away what the tests made.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var used in _used)
            await used.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override async Task<RunningStage> StartAsync(TimeSpan? kept = null) => await StartAsync(
        await ConnectAsync(),
        services => services.AddKeyedSingleton<IProfileSearch, NoSearch>(IProfileSearch.InMemory).AddSingleton(new RetentionAges { Timeline = kept }));

    /// <summary>The engine, with a name of their own for a test's indices.</summary>
    private protected async Task<SearchEngine> ConnectAsync()
    {
        _used.Add(new SearchEngine(await engine.ConnectAsync(Cancellation), $"t-{Guid.NewGuid():n}"));
        return _used[^1];
    }

    private protected static async Task<RunningStage> StartAsync(SearchEngine on, Action<IServiceCollection>? configure = null)
    {
        var stage = await RunningStage.StartAsync(builder =>
        {
            builder.Host.Configuration.AddInMemoryCollection([new("ConnectionStrings:elasticsearch", on.Address), new("Cdp:Elasticsearch:IndexPrefix", on.Prefix)]);
            builder.UseElasticsearch();
            builder.Services.ConfigureAll<HttpStandardResilienceOptions>(Patient);
            configure?.Invoke(builder.Services);
        });
        // Time stands still where nothing goes wrong.
        await RunningStage.UntilAsync(() => Task.FromResult(stage.Get<EngineState>().Serves));
        return stage;
    }

    /// <summary>Waits until the engine answers searches, and everything is written.</summary>
    private protected static Task ServesAsync(RunningStage stage) =>
        stage.UntilWithTimeAsync(() => Task.FromResult(stage.Get<EngineState>() is { Serves: true, Problem: null }));

    // Tests move the clock by far more than the engine takes.
    private static void Patient(HttpStandardResilienceOptions options)
    {
        options.AttemptTimeout.Timeout = TimeSpan.FromHours(1);
        options.TotalRequestTimeout.Timeout = TimeSpan.FromHours(2);
        options.CircuitBreaker.SamplingDuration = TimeSpan.FromHours(2);
    }

    private sealed class NoSearch : IProfileSearch
    {
        public Task<ProfilePreview> PreviewAsync(ProfileQuery query, int sample, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Asked in place of the engine.");

        public Task<ProfilePage> SearchAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Asked in place of the engine.");
    }
}
