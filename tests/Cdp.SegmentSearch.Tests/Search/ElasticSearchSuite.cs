using Cdp.Engines;
using Cdp.SegmentSearch.Search;
using Cdp.SegmentSearch.Tests.Fakes;
using Cdp.Storage.Elastic;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.SegmentSearch.Tests.Search;

/// <summary>The search with an engine; the index in memory must not answer in its place.</summary>
public abstract class ElasticSearchSuite(Engine engine) : ProfileSearchSuite
{
    private protected override async Task<RunningStage> StartAsync()
    {
        var address = await engine.ConnectAsync(Cancellation);
        var prefix = $"t-{Guid.NewGuid():n}";
        var stage = await RunningStage.StartAsync(builder =>
        {
            builder.Host.Configuration.AddInMemoryCollection([new("ConnectionStrings:elasticsearch", address), new("Cdp:Elasticsearch:IndexPrefix", prefix)]);
            builder.UseElasticsearch();
            builder.Services.AddKeyedSingleton<IProfileSearch, NoSearch>(IProfileSearch.InMemory);
        });
        await RunningStage.UntilAsync(() => Task.FromResult(stage.Get<EngineState>().Serves));
        return stage;
    }

    private sealed class NoSearch : IProfileSearch
    {
        public Task<ProfilePreview> PreviewAsync(ProfileQuery query, int sample, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Asked in place of the engine.");

        public Task<ProfilePage> SearchAsync(ProfileQuery query, string sort, int limit, SearchCursor? after, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Asked in place of the engine.");
    }
}
