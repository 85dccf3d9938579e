using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Explaining;
using Cdp.Identity.Linking;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Splitting;
using Cdp.Identity.Store;
using Grpc.Core;

namespace Cdp.Identity;

/// <summary>Identity over gRPC.</summary>
public sealed class IdentityGrpcService(Resolver resolver, Explainer explainer, IIdentityStore store, RulesInForce rules, RulesRehearsal rehearsal) : IdentityService.IdentityServiceBase
{
    private const int MostEvents = 10_000;

    /// <inheritdoc />
    public override async Task<ResolveResponse> Resolve(ResolveRequest request, ServerCallContext context) =>
        request.Events.Count > MostEvents
            ? throw Failure.Invalid("events", $"has {request.Events.Count} events; at most {MostEvents} are taken")
            : await resolver.ResolveAsync(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<Person> Lookup(LookupRequest request, ServerCallContext context)
    {
        if (request.Identifier is null)
            throw Failure.Invalid("identifier", "required");
        var found = (await rules.GetAsync(context.CancellationToken)).TryNormalise(request.Identifier, out var key)
            ? (await store.FindAsync([key], context.CancellationToken)).FirstOrDefault()
            : null;
        return found is null ? throw Failure.NotFound("person with this", request.Identifier.Type) : await MapAsync(found, context);
    }

    /// <inheritdoc />
    public override async Task<Person> GetPerson(GetPersonRequest request, ServerCallContext context) =>
        await MapAsync(await store.GetAsync(request.Id, context.CancellationToken) ?? throw Failure.NotFound("person", request.Id), context);

    /// <inheritdoc />
    public override async Task<ListMergesResponse> ListMerges(ListMergesRequest request, ServerCallContext context)
    {
        var person = await store.GetAsync(request.ProfileId, context.CancellationToken) ?? throw Failure.NotFound("person", request.ProfileId);
        return new ListMergesResponse { Merges = { await store.MergesOfAsync(person.Id, context.CancellationToken) } };
    }

    /// <inheritdoc />
    public override async Task<ListLinksResponse> ListLinks(ListLinksRequest request, ServerCallContext context)
    {
        var person = await store.GetAsync(request.ProfileId, context.CancellationToken) ?? throw Failure.NotFound("person", request.ProfileId);
        return new ListLinksResponse { Links = { await new PersonLinks(store).OfAsync(person, context.CancellationToken) } };
    }

    /// <inheritdoc />
    public override Task<Explanation> Explain(ExplainRequest request, ServerCallContext context) => explainer.ExplainAsync(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<Merge> GetMerge(GetMergeRequest request, ServerCallContext context) =>
        await store.FindMergeAsync(request.Sequence, context.CancellationToken) ?? throw Failure.NotFound("merge", $"{request.Sequence}");

    /// <inheritdoc />
    public override Task<Split> SplitPerson(SplitPersonRequest request, ServerCallContext context) => resolver.SplitAsync(request, context.CancellationToken);

    /// <inheritdoc />
    public override async Task<AssignSplitResponse> AssignSplit(AssignSplitRequest request, ServerCallContext context)
    {
        if (request.Events.Count > MostEvents)
            throw Failure.Invalid("events", $"has {request.Events.Count} events; at most {MostEvents} are taken");
        var current = await rules.GetAsync(context.CancellationToken);
        var assignment = await SplitAssignment.OfAsync(store, request.Sequence, context.CancellationToken);
        return new AssignSplitResponse { Resolutions = { request.Events.Select(e => assignment.Assign(EventKeys.Of(e, current))) } };
    }

    /// <inheritdoc />
    public override async Task<ErasePersonResponse> ErasePerson(ErasePersonRequest request, ServerCallContext context)
    {
        await rehearsal.StopAsync(context.CancellationToken);
        return new ErasePersonResponse { Ids = { await resolver.EraseAsync(request.Id, context.CancellationToken) } };
    }

    private async Task<Person> MapAsync(StoredPerson person, ServerCallContext context)
    {
        var message = new Person { Id = person.Id, CreatedAt = person.CreatedAt };
        message.AbsorbedIds.AddRange(await store.AbsorbedAsync(person.Id, context.CancellationToken));
        message.Identifiers.AddRange(person.Identifiers
            .OrderBy(i => i.Key.Type, StringComparer.Ordinal).ThenBy(i => i.Key.Value, StringComparer.Ordinal)
            .Select(i => new PersonIdentifier { Identifier = i.Key.ToMessage(), CreatedAt = i.CreatedAt, SourceId = i.SourceId, MessageId = i.MessageId }));
        return message;
    }
}
