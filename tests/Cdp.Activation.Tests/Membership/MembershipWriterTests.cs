using Cdp.Activation.Deliveries;
using Cdp.Activation.Dispatching;
using Cdp.Activation.Membership;
using Cdp.Activation.Tests.Fakes;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Storage.Embedded.Activation;
using CsCheck;

namespace Cdp.Activation.Tests.Membership;

/// <summary>
/// Whatever order things happen in (entries, exits, merges, pages of members, pieces of the feed, restarts), an activation
/// tells of each member that it found, and of each change after its start, once.
/// </summary>
public sealed class MembershipWriterTests
{
    private const string Destination = "dst_1";
    private const int Profiles = 6;

    private enum Happening
    {
        Toggle,
        Merge,
        Read,
        Fill,
        Activate,
        Restart,
    }

    [Fact]
    public async Task Activation_AmidAnything_TellsOfEachMembershipOnce()
    {
        var happening = Gen.Frequency(
            (8, Gen.Const(Happening.Toggle)), (2, Gen.Const(Happening.Merge)), (3, Gen.Const(Happening.Read)), (3, Gen.Const(Happening.Fill)),
            (1, Gen.Const(Happening.Activate)), (1, Gen.Const(Happening.Restart)));
        var story = Gen.Select(happening, Gen.Int[0, Profiles - 1], Gen.Int[0, Profiles - 1]).Array[5, 60];
        await story.SampleAsync(async steps =>
        {
            using var directory = new TestDirectory();
            await using var database = new ActivationDatabase(directory.Path);
            var run = new Run(database);
            foreach (var (what, one, other) in steps)
                await run.DoAsync(what, one, other);
            await run.FinishAsync();
            await run.CheckAsync();
        }, iter: 60, threads: 1);
    }

    private sealed class Run(ActivationDatabase database)
    {
        private readonly FakeSegments _segments = new() { PageSize = 2 };
        private readonly Dictionary<string, string> _survivors = [];
        private readonly EmbeddedDeliveryStore _deliveries = new(database);
        private MembershipWriter? _writer;

        private static CancellationToken Stop => TestContext.Current.CancellationToken;

        public async Task DoAsync(Happening what, int one, int other)
        {
            var (profile, peer) = (Person(one), Person(other));
            switch (what)
            {
                case Happening.Toggle when _segments.IsMember("vip", profile):
                    _segments.Exit("vip", profile);
                    break;
                case Happening.Toggle:
                    _segments.Enter("vip", profile);
                    break;
                case Happening.Merge when profile != peer:
                    _segments.Merge(profile, peer, exitFirst: one % 2 == 0);
                    _survivors[profile] = peer;
                    break;
                case Happening.Read:
                    await ReadAsync(1 + one);
                    break;
                case Happening.Fill:
                    await FillAsync();
                    break;
                case Happening.Activate:
                    await ActivateAsync();
                    break;
                case Happening.Restart:
                    _writer = null;
                    break;
            }
        }

        public async Task FinishAsync()
        {
            await ActivateAsync();
            while ((await WriterAsync()).All[0].IsFilling)
                await FillAsync();
            await ReadAsync(int.MaxValue);
        }

        public async Task CheckAsync()
        {
            var activation = Assert.Single((await WriterAsync()).All);
            var (page, _) = await _deliveries.ListAsync(new DeliveryFilter(DeliveryState.Unspecified, Destination, ""), 1_000, "", Stop);
            var told = page.Reverse().Select(d => (d.ProfileId, Entered: d.EventType == "segment.entered", d.Sequence)).ToList();
            var after = _segments.Feed.Where(c => c.Sequence > activation.StartSequence && c.Cause != MembershipCause.Merge)
                .Select(c => (c.ProfileId, c.Entered, c.Sequence)).ToList();
            var merges = _segments.Feed.Where(c => c.Cause == MembershipCause.Merge).Select(c => c.Sequence).ToHashSet();
            Assert.Equal(after, told.Where(t => t.Sequence > activation.StartSequence && !merges.Contains(t.Sequence)));

            foreach (var person in Enumerable.Range(0, Profiles).GroupBy(Person))
            {
                var own = told.Where(t => person.Any(p => $"p{p}" == t.ProfileId)).ToList();
                if (person.Count() == 1)
                    Assert.Equal(Expected(person.Key, activation.StartSequence, after), own);
                else if (_segments.IsMember("vip", person.Key))
                    Assert.Contains(own.GroupBy(t => t.ProfileId), profile => profile.Last().Entered);
                else if (own.Count > 0)
                    Assert.False(own[^1].Entered);
            }
        }

        private IEnumerable<(string, bool, long)> Expected(string profile, long start, List<(string ProfileId, bool, long)> after)
        {
            var before = _segments.Feed.LastOrDefault(c => c.ProfileId == profile && c.Sequence <= start);
            return [.. before is { Entered: true } ? new[] { (profile, true, start) } : [], .. after.Where(c => c.ProfileId == profile)];
        }

        private string Person(int number)
        {
            var id = $"p{number}";
            while (_survivors.TryGetValue(id, out var survivor))
                id = survivor;
            return id;
        }

        private async Task ReadAsync(int most)
        {
            var writer = await WriterAsync();
            var next = _segments.Feed.Where(c => c.Sequence > writer.Position).Take(most).ToList();
            if (next.Count > 0)
                await writer.WriteAsync(next, next[^1].Sequence, Stop);
        }

        private async Task FillAsync()
        {
            var writer = await WriterAsync();
            if (writer.All is [{ IsFilling: true } activation])
                await writer.FillAsync(activation.Id, Stop);
        }

        private async Task ActivateAsync()
        {
            var writer = await WriterAsync();
            if (writer.All.Count == 0)
                await writer.AddAsync("vip", Destination, skipMembers: false, Stop);
        }

        private async Task<MembershipWriter> WriterAsync()
        {
            if (_writer is null)
            {
                _writer = new MembershipWriter(
                    new EmbeddedActivationStore(database), _deliveries, new EmbeddedDestinationStore(database), _segments.Client, new DeliverySignals(), TimeProvider.System);
                await _writer.StartAsync(Stop);
            }
            return _writer;
        }
    }
}
