using Cdp.Contracts.Collection.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdp.Profile.Tests.Consuming;

public sealed class EventConsumerTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeCollection _collection = new();
    private readonly FakeRules _rules = new();
    private readonly FakeIdentity _identity = new();
    private readonly ProfileStage _stage;
    private readonly EventConsumer _consumer;

    public EventConsumerTests()
    {
        _stage = new ProfileStage(_directory.Path, _identity);
        _consumer = new EventConsumer(
            _collection.Client(), _rules.Client(), _stage.Writer, Options.Create(new ProfileOptions { RoundEvents = 3 }), TimeProvider.System, NullLogger<EventConsumer>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer.StopAsync(CancellationToken.None);
        _consumer.Dispose();
        await _stage.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Consume_SubscriptionBreaks_GoesOnWhereItWasAndCountsOnce()
    {
        await _consumer.StartAsync(TestContext.Current.CancellationToken);
        _collection.Put(LogEvents.Batch(0, 0, [.. Events(7)]));
        await UntilAppliedAsync(7);
        _collection.Break();
        _collection.Put(LogEvents.Batch(0, 7, [.. Events(1)]));
        await UntilAppliedAsync(8);

        Assert.Equal(8, Assert.Single(await _stage.Store.LoadAsync(["p0001"], TestContext.Current.CancellationToken)).Document.EventCount);
        lock (_collection.Subscribed)
            Assert.Equal(7, Assert.Single(_collection.Subscribed[^1].From).Offset);
    }

    [Fact]
    public async Task Consume_RulesChange_LooksForIdentifiersByThoseInForce()
    {
        await _consumer.StartAsync(TestContext.Current.CancellationToken);
        _collection.Put(LogEvents.Batch(0, 0, [.. Events(1)]));
        await UntilAppliedAsync(1);
        _rules.Rules = FakeRules.With(2, ("card", ["properties.card"]));
        _identity.RulesVersion = 2;
        var card = LogEvents.Batch(0, 1, [LogEvents.Track("ann", "E", LogEvents.Noon, """{"card":4711}""")]);
        for (var i = 0; i < 2; i++)
        {
            await _collection.Subscriptions.WaitAsync(TestContext.Current.CancellationToken);
            _collection.Put(card);
        }
        await UntilAppliedAsync(2);

        var profile = Assert.Single(await _stage.Store.LoadAsync(["p0002"], TestContext.Current.CancellationToken)).Document;
        Assert.Equal(["4711"], profile.Identifiers.Select(i => i.Identifier.Value));
    }

    private static IEnumerable<Event> Events(int count) => Enumerable.Range(0, count).Select(i => LogEvents.Track("ann", "E", LogEvents.Noon + i));

    private async Task UntilAppliedAsync(long offset)
    {
        await foreach (var _ in _stage.Feed.ReadAsync(0, TestContext.Current.CancellationToken))
        {
            if ((await _stage.Writer.PositionsAsync(TestContext.Current.CancellationToken)).Events.GetValueOrDefault(0) >= offset)
                return;
        }
    }
}
