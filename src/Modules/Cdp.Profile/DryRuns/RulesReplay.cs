using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Parsing;
using Grpc.Core;
using SubscribeRequest = Cdp.Contracts.Collection.V1.SubscribeRequest;

namespace Cdp.Profile.DryRuns;

/// <summary>How far a replay is.</summary>
internal interface IReplayProgress
{
    /// <summary>Takes the events read and those that there are.</summary>
    void Report(long read, long total);
}

/// <summary>
/// Reads the event log as it was when the replay began, and has identity resolve its events by other rules. Events that could not
/// be read when they came are left out here, too.
/// </summary>
public sealed class RulesReplay(CollectionService.CollectionServiceClient collection, IdentityRulesService.IdentityRulesServiceClient identity, RulesClient inForce)
{
    // So many are not larger than a message may be.
    private const int BatchEvents = 1_000;

    internal async Task<Rehearsal> RunAsync(string document, IdentityRules rules, IReplayProgress progress, CancellationToken cancellationToken)
    {
        var (today, after) = (await inForce.GetAsync(cancellationToken), new IdentifierPaths(rules));
        var heads = await HeadsAsync(cancellationToken);
        var total = heads.Values.Sum();
        progress.Report(0, total);

        using var rehearsal = identity.RehearseRules(cancellationToken: cancellationToken);
        await WriteAsync(rehearsal, new RehearseRulesRequest { Rules = document }, cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var feed = collection.Subscribe(new SubscribeRequest { Consumer = "rules-dry-run" }, cancellationToken: ended.Token);
        var read = new Dictionary<int, long>();
        while (heads.Count > 0 && await feed.ResponseStream.MoveNext(cancellationToken))
        {
            var batch = feed.ResponseStream.Current;
            if (!heads.TryGetValue(batch.Partition, out var head))
                continue;
            foreach (var chunk in new LogBatch(batch).Events.Where(e => e.Position.Offset < head).Chunk(BatchEvents))
                await WriteAsync(rehearsal, new RehearseRulesRequest { Events = Read(chunk, today, after) }, cancellationToken);
            read[batch.Partition] = Math.Min(batch.FirstOffset + batch.Count, head);
            progress.Report(read.Values.Sum(), total);
            if (read[batch.Partition] == head)
                heads.Remove(batch.Partition);
        }
        await ended.CancelAsync();
        await rehearsal.RequestStream.CompleteAsync();
        return await rehearsal.ResponseAsync;
    }

    // Of partitions that hold anything still: the feed of the others would be waited for without end.
    private async Task<Dictionary<int, long>> HeadsAsync(CancellationToken cancellationToken)
    {
        var heads = new Dictionary<int, long>();
        foreach (var head in (await collection.GetLogHeadsAsync(new GetLogHeadsRequest(), cancellationToken: cancellationToken)).Heads.Where(h => h.Offset > 0))
        {
            try
            {
                var last = new FeedPosition { Partition = head.Partition, Offset = head.Offset - 1 };
                await collection.ReadEventsAsync(new ReadEventsRequest { Positions = { last } }, cancellationToken: cancellationToken);
                heads[head.Partition] = head.Offset;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
            {
                // The log keeps events for a time only, and that of the last is over.
            }
        }
        return heads;
    }

    // What the other side has ended cannot be written to; why is in its answer.
    private static async Task WriteAsync(AsyncClientStreamingCall<RehearseRulesRequest, Rehearsal> rehearsal, RehearseRulesRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await rehearsal.RequestStream.WriteAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            await rehearsal.ResponseAsync;
            throw;
        }
    }

    private static RehearsedEvents Read(IEnumerable<(Event Event, FeedPosition Position)> chunk, IdentifierPaths today, IdentifierPaths after)
    {
        var events = new RehearsedEvents();
        foreach (var (source, position) in chunk)
        {
            if (source.Type == EventType.Erased || !TryParse(source, position, after, out var parsed))
                continue;
            var rehearsed = new RehearsedEvent { Event = ResolveEvents.Of(parsed) };
            if (TryParse(source, position, today, out var before))
                rehearsed.Today.AddRange(before.Identifiers);
            events.Events.Add(rehearsed);
        }
        return events;
    }

    private static bool TryParse(Event source, FeedPosition position, IdentifierPaths paths, out ParsedEvent parsed)
    {
        try
        {
            parsed = EventParser.Parse(source, position, paths);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            // A dead letter: it belongs to nobody today, either.
            parsed = null!;
            return false;
        }
    }
}
