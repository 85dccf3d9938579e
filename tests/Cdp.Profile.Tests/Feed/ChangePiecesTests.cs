using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Feed;
using Google.Protobuf;

namespace Cdp.Profile.Tests.Feed;

public sealed class ChangePiecesTests
{
    private const int LargestMessage = 64 * 1024 * 1024;

    [Fact]
    public void Of_ChangesThatFitIntoAMessage_AreOnePiece()
    {
        ProfileChange[] changes = [Change("a", 3, 10), Change("b", 0, 0)];

        Assert.Same(changes, Assert.Single(ChangePieces.Of(changes)));
        Assert.Empty(Assert.Single(ChangePieces.Of([])));
    }

    [Fact]
    public void Of_AProfileWithMoreEventsThanAMessageHolds_GivesEachEventOnceAndTheRestFirst()
    {
        var large = Change("large", 3_000, 30_000);
        large.Rebuilt = true;
        large.MergedFrom.Add("absorbed");
        ProfileChange[] changes = [Change("before", 2, 10), large, Change("after", 2, 10)];

        var pieces = ChangePieces.Of(changes);

        Assert.All(pieces, piece => Assert.InRange(piece.Sum(c => c.CalculateSize()), 1, LargestMessage / 2));
        var parts = pieces.SelectMany(p => p).Where(c => c.Profile.Id == "large").ToList();
        Assert.True(parts.Count > 2);
        Assert.Equal(large.Events, parts.SelectMany(p => p.Events));
        Assert.True(parts[0].Rebuilt);
        Assert.Equal(["absorbed"], parts[0].MergedFrom);
        Assert.All(parts.Skip(1), part => Assert.False(part.Rebuilt || part.MergedFrom.Count > 0));
        Assert.Equal(changes[0], pieces[0][0]);
        Assert.Equal(changes[2], pieces[^1][^1]);
    }

    private static ProfileChange Change(string id, int events, int bytes)
    {
        var change = new ProfileChange { Sequence = 7, Profile = new ProfileDocument { Id = id }, ReceivedAt = 5 };
        for (var i = 0; i < events; i++)
            change.Events.Add(new TimelineEvent { Position = new FeedPosition { Offset = i }, Properties = ByteString.CopyFrom(new byte[bytes]) });
        return change;
    }
}
