using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Profile.Consuming;
using Cdp.Profile.Parsing;
using Cdp.Profile.Store;

namespace Cdp.Profile.DeadLetters;

/// <summary>Applies a set-aside event again, read from the log.</summary>
public sealed class DeadLetterReplay(CollectionService.CollectionServiceClient collection, ProfileWriter writer, RulesClient rules, IProfileStore store, TimeProvider time)
{
    /// <summary>Applies the event and takes it off the list; returns the profile it went to.</summary>
    public async Task<string> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        var parts = id.Split('-');
        if (parts.Length != 2 || !int.TryParse(parts[0], out var partition) || !long.TryParse(parts[1], out var offset))
            throw Failure.Invalid("id", "expected partition-offset, such as 2-1041");
        var position = new FeedPosition { Partition = partition, Offset = offset };
        if (await store.FindDeadLetterAsync(position, cancellationToken) is null)
            throw Failure.NotFound("dead letter", id);

        using var call = collection.Subscribe(new SubscribeRequest { From = { position }, Consumer = "dead-letter" }, cancellationToken: cancellationToken);
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var batch = call.ResponseStream.Current;
            if (batch.Partition != partition || batch.FirstOffset != offset)
                continue;
            var round = new Round(await rules.GetAsync(cancellationToken));
            new LogBatch(batch).MoveTo(round, mostEvents: 1, time);
            // The position of the consumer is not this event's business.
            round.Positions.Clear();
            if (round.Failed.Count > 0)
                throw Failure.Precondition($"The event cannot be applied: {round.Failed[0].Error}");
            var profiles = await writer.WriteAsync(round, position, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            return profiles.Count > 0 ? profiles[0] : "";
        }
        throw Failure.Unavailable("The event log ended before the event came.");
    }
}
