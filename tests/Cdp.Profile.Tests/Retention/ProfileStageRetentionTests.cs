using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Retention;
using Cdp.Profile.Store;
using Cdp.Profile.Tests.Fakes;
using Cdp.Retention;
using Cdp.Storage.Embedded.Profile;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Profile.Tests.Retention;

public sealed class ProfileStageRetentionTests : IAsyncDisposable
{
    private static readonly RetentionAges Ages = new() { DeadLetters = TimeSpan.FromDays(10), Timeline = TimeSpan.FromDays(30) };
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly EmbeddedProfileStore _store;

    public ProfileStageRetentionTests() => _store = new EmbeddedProfileStore(_directory.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_EventsOlderThanTheAgeAndTheMargin_AreForgotten()
    {
        var commit = Commit();
        commit.Profiles.Add((new StoredProfile { Document = new ProfileDocument { Id = "a", Version = 1 } }, 1));
        foreach (var (offset, minutes) in new[] { (1, 61), (2, 59), (3, -1) })
        {
            var at = Ago(Ages.Timeline!.Value + TimeSpan.FromMinutes(minutes));
            commit.Events.Add(("a", new TimelineEvent { Position = new FeedPosition { Offset = offset }, Type = "track", Name = "E", Timestamp = at }, 1));
        }
        await _store.CommitAsync(commit, Stop);
        using var retention = new TimelineRetention(_store, Ages, _time, NullLogger<TimelineRetention>.Instance);

        await retention.StartAsync(Stop);

        await UntilAsync(async () => (await _store.ListEventsAsync("a", 10, "", Stop)).Events.Count == 2);
        await retention.StopAsync(Stop);
        Assert.Equal([3L, 2L], (await _store.ListEventsAsync("a", 10, "", Stop)).Events.Select(e => e.Position.Offset));
    }

    [Fact]
    public async Task Start_DeadLettersOlderThanTheAge_AreForgotten()
    {
        var commit = Commit();
        foreach (var (offset, days) in new[] { (1, 11), (2, 9) })
            commit.DeadLetters.Add(new DeadLetter { Id = $"0-{offset}", Position = new FeedPosition { Offset = offset }, FailedAt = Ago(TimeSpan.FromDays(days)) });
        await _store.CommitAsync(commit, Stop);
        using var retention = new DeadLetterRetention(_store, Ages, _time, NullLogger<DeadLetterRetention>.Instance);

        await retention.StartAsync(Stop);

        await UntilAsync(async () => (await _store.ListDeadLettersAsync(10, "", Stop)).DeadLetters.Count == 1);
        await retention.StopAsync(Stop);
        Assert.Equal("0-2", Assert.Single((await _store.ListDeadLettersAsync(10, "", Stop)).DeadLetters).Id);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private static ProfileCommit Commit() => new() { Positions = new ProfilePositions(new Dictionary<int, long>(), 0, 1) };

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(2, Stop);
    }

    private long Ago(TimeSpan age) => (_time.GetUtcNow() - age).ToUnixTimeMilliseconds();
}
