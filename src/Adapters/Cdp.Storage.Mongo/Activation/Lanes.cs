namespace Cdp.Storage.Mongo.Activation;

/// <summary>
/// A lane is a person and a destination: its deliveries are sent one after the other. The earliest pending one has its turn;
/// where a lane has pending deliveries at all, one of them has it.
/// </summary>
internal static class Lanes
{
    private const char Separator = '/';

    public static string Of(string destinationId, string personId) => $"{destinationId}{Separator}{personId}";

    /// <summary>Where the lanes of a destination begin, and where they have ended.</summary>
    public static (string First, string End) RangeOf(string destinationId) => ($"{destinationId}{Separator}", $"{destinationId}{(char)(Separator + 1)}");

    /// <summary>To be done for each lane in which a delivery came, went or changed its state, before the rows are stored.</summary>
    public static async Task SettleAsync(DeliveryRows rows, IReadOnlySet<string> lanes, CancellationToken cancellationToken)
    {
        await rows.LoadAsync("turn", lanes, cancellationToken);
        // Who has the turn is before all that waits. Only where it left the lane, the next is needed from the store.
        var left = rows.All.Where(row => row.HadTurnIn is { } lane && lanes.Contains(lane) && !row.IsPendingIn(lane)).Select(row => row.HadTurnIn!);
        await rows.LoadNextAsync(left.ToHashSet(StringComparer.Ordinal), cancellationToken);
        foreach (var lane in rows.All.Where(row => row.IsPending && lanes.Contains(row.Lane)).GroupBy(row => row.Lane))
        {
            var first = lane.MinBy(row => row.Number);
            foreach (var row in lane)
                row.SetTurn(row == first);
        }
    }
}
