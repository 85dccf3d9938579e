using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;

namespace Cdp.Activation.Tests.Dispatching;

/// <summary>
/// Whatever a receiver does, it gets what happened to one person in order and one at a time, everything at last, and each
/// thing once where it said so. On the real clock, so that waiting for retries is tested too.
/// </summary>
public sealed class DeliveryOrderTests : IDisposable
{
    private const int People = 5;
    private const int Changes = 150;
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task Deliveries_ToAFlakyReceiver_ArriveInOrderOncePerPerson()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var segments = new FakeSegments();
        await using var host = await ActivationHost.StartAsync(
            _directory.Path, segments, new FakeProfiles(), settings: [("FirstRetryDelay", "00:00:00.010"), ("LongestRetryDelay", "00:00:00.020")]);
        var destination = await host.ConnectAsync(receiver.Url);
        await host.ActivateAsync(destination, "new");
        var underWay = new int[People];
        var overlapped = false;
        var answers = new List<(string Profile, long Sequence, bool Taken)>();
        receiver.Answer = async (webhook, context) =>
        {
            var person = int.Parse(webhook.ProfileId[1..]);
            overlapped |= Interlocked.Increment(ref underWay[person]) > 1;
            await Task.Yield();
            var roll = Random.Shared.Next(10);
            lock (answers)
                answers.Add((webhook.ProfileId, webhook.Sequence, roll >= 4));
            Interlocked.Decrement(ref underWay[person]);
            if (roll == 0)
                context.Abort();
            else
                context.Response.StatusCode = roll < 4 ? 500 + roll : 200;
        };

        var random = new Random(20260301);
        for (var i = 0; i < Changes; i++)
        {
            var (segment, person) = (random.Next(2) == 0 ? "vip" : "new", $"p{random.Next(People)}");
            if (segments.IsMember(segment, person))
                segments.Exit(segment, person);
            else
                segments.Enter(segment, person);
        }
        await host.UntilAsync(destination, d => d.Count == Changes && d.All(x => x.State == DeliveryState.Delivered));

        Assert.False(overlapped);
        foreach (var person in answers.GroupBy(a => a.Profile))
        {
            var expected = segments.Feed.Where(c => c.ProfileId == person.Key).Select(c => c.Sequence);
            Assert.Equal(expected, person.Where(a => a.Taken).Select(a => a.Sequence));
            Assert.Equal(person.Select(a => a.Sequence).Order(), person.Select(a => a.Sequence));
        }
    }

    public void Dispose() => _directory.Dispose();
}
