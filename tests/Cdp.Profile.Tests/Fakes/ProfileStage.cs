using Cdp.Contracts.Common.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Feed;
using Cdp.Profile.Unmerging;
using Cdp.Storage.Embedded.Profile;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>The stage without its consumer, on a store that outlives it.</summary>
internal sealed class ProfileStage : IAsyncDisposable
{
    private readonly EmbeddedProfileStore _embedded;
    private readonly Dictionary<int, long> _next = [];

    public ProfileStage(string directory, FakeIdentity identity, FakeCollection? log = null)
    {
        Log = log ?? new FakeCollection();
        _embedded = new EmbeddedProfileStore(directory);
        Store = new FailingProfileStore(_embedded);
        Feed = new ChangeFeed(Store);
        var rebuild = new SplitRebuild(Log.Client(), identity.Client(), new FakeRules().Client(), Store);
        Writer = new ProfileWriter(identity.Client(), Store, Feed, rebuild, Options.Create(new ProfileOptions()), Time);
        Unmerger = new Unmerger(Writer, Store, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), TimeProvider.System, NullLogger<Unmerger>.Instance);
    }

    public FakeCollection Log { get; }

    public Unmerger Unmerger { get; }

    public FailingProfileStore Store { get; }

    public ChangeFeed Feed { get; }

    public ProfileWriter Writer { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(LogEvents.Noon));

    /// <summary>Applies events that come next in a partition of the log.</summary>
    public async Task WriteAsync(int partition, params IReadOnlyList<Contracts.Collection.V1.Event> events)
    {
        if (!_next.TryGetValue(partition, out var offset))
            offset = (await Store.PositionsAsync(TestContext.Current.CancellationToken)).Events.GetValueOrDefault(partition);
        await BeginAsync(partition, offset, events);
        await Writer.FlushAsync(TestContext.Current.CancellationToken);
        _next[partition] = offset + events.Count;
    }

    /// <summary>Applies events from an offset on and begins to store them.</summary>
    public Task BeginAsync(int partition, long offset, params IReadOnlyList<Contracts.Collection.V1.Event> events)
    {
        foreach (var (i, source) in events.Index())
            Log.Log[new FeedPosition { Partition = partition, Offset = offset + i }] = source;
        var round = new Round(FakeRules.Paths);
        new LogBatch(LogEvents.Batch(partition, offset, events)).MoveTo(round, int.MaxValue, Time);
        return Writer.WriteAsync(round, replayed: null, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await _embedded.DisposeAsync();
    }
}
