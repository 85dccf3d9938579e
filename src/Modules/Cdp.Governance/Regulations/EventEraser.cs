using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Profile.V1;

namespace Cdp.Governance.Regulations;

/// <summary>Erases a profile's events from the event log.</summary>
internal sealed class EventEraser(
    CollectionService.CollectionServiceClient collection, ProfileService.ProfileServiceClient profiles, TimeProvider time)
{
    // A batch is one commit of the log, which events on their way in wait for.
    private const int Batch = 1_000;

    /// <summary>
    /// Returns how many events the profile has. The log only tells how many a call was the first to erase, which is lost
    /// when a crash comes between that call and the record of it. A profile that nothing is added to any more has the same
    /// events at every attempt.
    /// </summary>
    public async Task<long> EraseAsync(string profileId, CancellationToken cancellationToken)
    {
        long erased = 0;
        using var pages = profiles.ListEventPositions(new ListEventPositionsRequest { ProfileId = profileId }, cancellationToken: cancellationToken);
        while (await pages.ResponseStream.MoveNext(cancellationToken))
        {
            foreach (var batch in pages.ResponseStream.Current.Positions.Chunk(Batch))
            {
                await StageCalls.CallAsync(collection.EraseEventsAsync, new EraseEventsRequest { Positions = { batch } }, time, cancellationToken);
                erased += batch.Length;
            }
        }
        return erased;
    }
}
