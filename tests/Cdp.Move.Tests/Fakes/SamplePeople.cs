using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;
using Cdp.Profile.Store;
using Google.Protobuf;

namespace Cdp.Move.Tests.Fakes;

/// <summary>Persons and profiles: some absorbed, over two steps, some erased, one with a long timeline.</summary>
internal static class SamplePeople
{
    public const int People = 1200;

    // Who is taken apart; the other part has the id after everybody's.
    private const int Divided = 6;

    // Of the person who absorbs others.
    public const int LongTimeline = 350;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static string Id(int person) => $"prf_{person:d6}";

    public static async Task FillAsync(Stores stores)
    {
        await FillIdentityAsync(stores.Get<IIdentityStore>());
        await stores.Get<IRuleStore>().PutAsync([new IdentityRules { Version = 1, Strategy = "merge" }, new IdentityRules { Version = 2, Strategy = "merge", DefaultLimit = 7 }], Stop);
        await FillProfilesAsync(stores.Get<IProfileStore>());
    }

    private static async Task FillIdentityAsync(IIdentityStore store)
    {
        var changes = new IdentityChanges();
        for (var i = 0; i < People; i++)
        {
            changes.Created.Add(new Founder(Id(i), i, new IdentifierKey("user_id", $"u{i}")));
            changes.Added.Add((Id(i), new StoredIdentifier(new IdentifierKey("user_id", $"u{i}"), i, "src_1", $"m{i}")));
            changes.Added.Add((Id(i), new StoredIdentifier(new IdentifierKey("email", $"\uD83D\uDE00{i}@é.example"), i, "src_1", $"m{i}")));
        }
        for (var i = 0; i < People; i++)
        {
            changes.Ties.Add((Id(i), new Tie
            {
                Sequence = i + 1,
                Identifiers = { new Identifier { Type = "user_id", Value = $"u{i}" }, new Identifier { Type = "email", Value = $"\uD83D\uDE00{i}@é.example" } },
                MessageId = $"m{i}",
            }));
        }
        for (var i = 0; i < People; i += 100)
            changes.Links.Add(new Link { Anonymous = new Identifier { Type = "email", Value = $"\uD83D\uDE00{i}@é.example" }, Known = new Identifier { Type = "user_id", Value = $"u{i + 1}" }, Timestamp = i });
        changes.Merges.AddRange([Merge(1, 0, 1), Merge(2, 2, 0), Merge(3, 4, 5)]);
        await store.CommitAsync(changes, Stop);
        await store.EraseAsync(Id(4), Stop);
        await store.SplitAsync(SplitOf(Divided, sequence: 4), Stop);
    }

    // The e-mail address is taken out of a person.
    private static SplitCommit SplitOf(int person, long sequence)
    {
        var (user, email) = (new IdentifierKey("user_id", $"u{person}"), new IdentifierKey("email", $"\uD83D\uDE00{person}@é.example"));
        var split = new Split { Sequence = sequence, PersonId = Id(person), Identifier = email.ToMessage(), SplitAt = 8 };
        split.Parts.Add(new SplitPart { PersonId = Id(person), CreatedAt = person, Identifiers = { user.ToMessage() } });
        split.Parts.Add(new SplitPart { PersonId = Id(People), CreatedAt = 8, Identifiers = { email.ToMessage() } });
        return new SplitCommit
        {
            Split = split,
            Created = { new Founder(Id(People), 8, email) },
            Separations = { new Separation(user, email, OfAlias: false, sequence) },
        };
    }

    private static Merge Merge(long sequence, int survivor, int absorbed) => new()
    {
        Sequence = sequence,
        SurvivorId = Id(survivor),
        AbsorbedId = Id(absorbed),
        Cause = new Identifier { Type = "email", Value = "a@b.example" },
        Position = new FeedPosition { Partition = 1, Offset = sequence },
        Rule = "shared_identifier",
    };

    private static async Task FillProfilesAsync(IProfileStore store)
    {
        var first = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [0] = 0, [1] = 700, [2] = 701 }, 0, People) };
        for (var i = 0; i < People; i++)
        {
            first.Profiles.Add((Profile(i, version: 1), i + 1));
            for (var e = 0; e < (i == 2 ? LongTimeline : 2); e++)
                first.Events.Add((Id(i), Event(i, e), i + 1));
        }
        first.DeadLetters.Add(new DeadLetter { Id = "1-9", Position = new FeedPosition { Partition = 1, Offset = 9 }, MessageId = "m9", SourceId = "src_1", Error = "no", FailedAt = 9 });
        await store.CommitAsync(first, Stop);
        await AbsorbAsync(store, 0, 1, People + 1, merge: 1);
        await AbsorbAsync(store, 2, 0, People + 2, merge: 2);
        await AbsorbAsync(store, 4, 5, People + 3, merge: 3);
        await store.EraseAsync(Id(4), People + 4, Stop);
        var split = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [1] = 804 }, 4, People + 5) };
        split.Profiles.AddRange([(Profile(Divided, version: 2), People + 5), (Profile(People, version: 1), People + 5)]);
        split.Splits.Add(new ProfileSplit(
            Id(Divided), People + 5, [Part(Divided, Event(Divided, 0).Position), Part(People, Event(Divided, 1).Position)], []));
        await store.CommitAsync(split, Stop);
        // Of some timelines, the start is forgotten.
        await store.PruneTimelineAsync(0, 30, Stop);
        await store.PruneTimelineAsync(100, 50, Stop);
    }

    private static ProfileSplitPart Part(int person, FeedPosition position) => new(Id(person), [], [(position.Partition, position.Offset)]);

    private static Task AbsorbAsync(IProfileStore store, int survivor, int absorbed, long sequence, long merge)
    {
        var commit = new ProfileCommit { Positions = new ProfilePositions(new Dictionary<int, long> { [1] = 800 + merge }, merge, sequence) };
        commit.Profiles.Add((Profile(survivor, version: 1 + merge), sequence));
        commit.Absorbed.Add((Id(absorbed), Id(survivor), sequence));
        return store.CommitAsync(commit, Stop);
    }

    private static StoredProfile Profile(int person, long version) => new()
    {
        Document = new ProfileDocument
        {
            Id = Id(person),
            Version = version,
            CreatedAt = person,
            EventCount = 2,
            Identifiers = { new ProfileIdentifier { Identifier = new Identifier { Type = "user_id", Value = $"u{person}" }, FirstSeen = 1, SourceId = "src_1" } },
            Traits =
            {
                Trait("plan", "\"pro\""), Trait("a.b$c", "1.50"), Trait("$big", "12345678901234567890"), Trait("nested", """{"x":[1,null]}"""), Trait("", "true"),
            },
            Consents = { new ConsentPreference { Category = "marketing", Granted = person % 2 == 0, UpdatedAt = 5, Position = new FeedPosition() } },
            GroupIds = { "g1" },
        },
        RemovedTraits = { new Trait { Name = "gone", UpdatedAt = 3, SourceId = "src_1", MessageId = "m1", Position = new FeedPosition { Partition = 1, Offset = 2 } } },
        Positions = { new FeedPosition(), new FeedPosition { Partition = 2, Offset = 9 } },
    };

    private static Trait Trait(string name, string json) => new() { Name = name, Json = json, UpdatedAt = 7, SourceId = "src_1", MessageId = "m2", Position = new FeedPosition { Offset = 1 } };

    private static TimelineEvent Event(int person, int number) => new()
    {
        Position = new FeedPosition { Partition = person % 4, Offset = (person * 1000L) + number },
        Type = "track",
        Name = "Order Completed",
        Timestamp = number - 1,
        MessageId = $"m{person}-{number}",
        SourceId = "src_1",
        Properties = number == 0 ? ByteString.CopyFrom(0xff, 0x00, 0xfe) : ByteString.CopyFromUtf8("""{"revenue":1}"""),
        ReceivedAt = number,
    };
}
