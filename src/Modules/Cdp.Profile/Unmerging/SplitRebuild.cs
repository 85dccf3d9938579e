using System.Runtime.CompilerServices;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Documents;
using Cdp.Profile.Parsing;
using Cdp.Profile.Store;
using Grpc.Core;

namespace Cdp.Profile.Unmerging;

/// <summary>
/// Makes the profiles after a split as if there had never been another: each event of the former profile is read from the event
/// log again and applied to the part that identity says. An event that was erased in the log meanwhile is on no timeline any more.
/// </summary>
public sealed class SplitRebuild(
    CollectionService.CollectionServiceClient collection, IdentityService.IdentityServiceClient identity, RulesClient rules, IProfileStore store)
{
    /// <summary>Most events of a person that is taken apart.</summary>
    public const int MostEvents = 100_000;

    // So many are not larger than a message may be.
    private const int PageEvents = 1_000;

    /// <summary>Makes sure that a person can be rebuilt, before identity takes it apart: afterwards there is no way back.</summary>
    internal async Task RequireAsync(SplitPersonRequest request, CancellationToken cancellationToken)
    {
        var personId = request.WhatCase == SplitPersonRequest.WhatOneofCase.Merge
            ? (await identity.GetMergeAsync(new GetMergeRequest { Sequence = request.Merge }, cancellationToken: cancellationToken)).SurvivorId
            : (await identity.LookupAsync(new LookupRequest { Identifier = request.Identifier }, cancellationToken: cancellationToken)).Id;
        var found = await store.LoadAsync([personId], cancellationToken);
        if (found.Count == 0)
            return;
        var former = found[0].Document;
        if (former.EventCount > MostEvents)
            throw Failure.Precondition($"The person has {former.EventCount} events; persons of at most {MostEvents} can be taken apart.");
        foreach (var page in await PagesAsync(former.Id, cancellationToken))
            await ReadAsync(page, cancellationToken);
    }

    /// <summary>Has identity take a person apart, which is not the caller's to end any more. Null where it did not say whether it did.</summary>
    internal async Task<Split?> SplitAsync(SplitPersonRequest request)
    {
        try
        {
            return await identity.SplitPersonAsync(request, cancellationToken: CancellationToken.None);
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Unknown)
        {
            // It may have died after it was done, before it could say so.
            return null;
        }
    }

    /// <summary>What a split makes of a profile, to be stored as one commit; and the parts as they are then.</summary>
    internal async Task<(ProfileCommit Commit, IReadOnlyList<ProfileState> Parts)> RebuildAsync(
        Split split, ProfilePositions before, long now, CancellationToken cancellationToken)
    {
        var former = (await store.LoadAsync([split.PersonId], cancellationToken)).FirstOrDefault(p => p.Document.Id == split.PersonId);
        if (former is null || split.Parts.Count == 0)
            return (new ProfileCommit { Positions = before with { Merge = split.Sequence } }, []);
        var parts = split.Parts.ToDictionary(p => p.PersonId, p => new Part(ProfileState.PartOf(former, p.PersonId, p.CreatedAt, p.AbsorbedIds), p.AbsorbedIds, []));
        await foreach (var page in EventsAsync(split.PersonId, cancellationToken))
        {
            var request = new AssignSplitRequest { Sequence = split.Sequence, Events = { page.Select(ResolveEvents.Of) } };
            var assigned = await identity.AssignSplitAsync(request, cancellationToken: cancellationToken);
            foreach (var (source, resolution) in page.Zip(assigned.Resolutions))
            {
                // What has no usable identifier any more stays.
                var part = parts.GetValueOrDefault(resolution.ProfileId) ?? parts[split.Parts[0].PersonId];
                part.State.Apply(source, resolution);
                part.Events.Add((source.Position.Partition, source.Position.Offset));
            }
        }

        var live = split.Parts.Select(p => parts[p.PersonId]).Where(p => p.Events.Count > 0).ToList();
        var kept = live.SelectMany(p => p.AbsorbedIds.Append(p.State.Id)).ToHashSet(StringComparer.Ordinal);
        var sequence = before.Feed + 1;
        var commit = new ProfileCommit { Positions = before with { Merge = split.Sequence, Feed = sequence } };
        commit.Profiles.AddRange(live.Select(p => (p.State.Snapshot(now), sequence)));
        commit.Splits.Add(new ProfileSplit(
            split.PersonId,
            sequence,
            [.. live.Select(p => new ProfileSplitPart(p.State.Id, p.AbsorbedIds, p.Events))],
            [.. former.Document.AbsorbedIds.Append(split.PersonId).Where(id => !kept.Contains(id))]));
        return (commit, [.. live.Select(p => p.State)]);
    }

    private async IAsyncEnumerable<List<ParsedEvent>> EventsAsync(string profileId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var paths = await rules.GetAsync(cancellationToken);
        foreach (var page in await PagesAsync(profileId, cancellationToken))
        {
            var read = await ReadAsync(page, cancellationToken);
            yield return [.. page.Zip(read).Where(e => e.Second.Type != EventType.Erased).Select(e => EventParser.Parse(e.Second, e.First, paths))];
        }
    }

    // In the order of the log.
    private async Task<IEnumerable<FeedPosition[]>> PagesAsync(string profileId, CancellationToken cancellationToken)
    {
        var positions = await store.EventPositionsAsync(profileId, cancellationToken).ToListAsync(cancellationToken);
        return positions.OrderBy(p => p.Partition).ThenBy(p => p.Offset).Chunk(PageEvents);
    }

    private async Task<IReadOnlyList<Event>> ReadAsync(FeedPosition[] page, CancellationToken cancellationToken)
    {
        try
        {
            return (await collection.ReadEventsAsync(new ReadEventsRequest { Positions = { page } }, cancellationToken: cancellationToken)).Events;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            throw Failure.Precondition($"The person cannot be rebuilt, because an event is in the event log no longer: {exception.Status.Detail}");
        }
    }

    private sealed record Part(ProfileState State, IReadOnlyCollection<string> AbsorbedIds, List<(int Partition, long Offset)> Events);
}
