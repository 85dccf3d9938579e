using System.Text.RegularExpressions;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Ids;
using Cdp.Governance.Paging;
using Grpc.Core;

namespace Cdp.Governance.Regulations;

/// <summary>Regulations over gRPC.</summary>
internal sealed partial class RegulationGrpcService(IRegulationStore store, RegulationWorker worker, TimeProvider time)
    : RegulationService.RegulationServiceBase
{
    private const string Delete = "delete";
    private const int LongestType = 200;
    private const int LongestValue = 512;

    /// <inheritdoc />
    public override async Task<Regulation> CreateRegulation(CreateRegulationRequest request, ServerCallContext context)
    {
        Validate(request);
        var regulation = new StoredRegulation
        {
            Regulation = new Regulation
            {
                Id = Id.New("reg", time),
                Type = Delete,
                State = RegulationStates.Initialized,
                CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            Step = ErasureStep.Start,
            Identifier = request.Identifier,
        };
        if (request.ProfileId.Length > 0)
            regulation.Regulation.ProfileIds.Add(request.ProfileId);
        await store.PutAsync(regulation, context.CancellationToken);
        worker.Wake();
        return regulation.Regulation;
    }

    /// <inheritdoc />
    public override async Task<Regulation> GetRegulation(GetRegulationRequest request, ServerCallContext context) =>
        (await store.GetAsync(request.Id, context.CancellationToken) ?? throw Failure.NotFound("regulation", request.Id)).Regulation;

    /// <inheritdoc />
    public override async Task<ListRegulationsResponse> ListRegulations(ListRegulationsRequest request, ServerCallContext context)
    {
        var limit = Page.Limit(request.Limit);
        var found = await store.ListAsync(request.Cursor, limit, context.CancellationToken);
        return new ListRegulationsResponse
        {
            Regulations = { found.Select(r => r.Regulation) },
            NextCursor = found.Count == limit ? found[^1].Regulation.Id : "",
        };
    }

    private static void Validate(CreateRegulationRequest request)
    {
        var errors = new List<FieldError>();
        if (request.Type != Delete)
            errors.Add(new FieldError("type", $"expected \"{Delete}\""));
        if (request.ProfileId.Length > 0 == request.Identifier is not null)
            errors.Add(new FieldError("", "expected either profile_id or identifier"));
        // The id stays on record when all else is gone: whatever is no id, such as an address, must not get there.
        if (request.ProfileId.Length > 0 && !ProfileIdPattern().IsMatch(request.ProfileId))
            errors.Add(new FieldError("profile_id", $"has {request.ProfileId.Length} characters; expected the 32 hexadecimal digits of a profile id"));
        if (request.Identifier is { } identifier)
        {
            if (identifier.Type.Length is 0 or > LongestType)
                errors.Add(new FieldError("identifier.type", $"has {identifier.Type.Length} characters; expected 1 to {LongestType}"));
            if (identifier.Value.Length is 0 or > LongestValue)
                errors.Add(new FieldError("identifier.value", $"has {identifier.Value.Length} characters; expected 1 to {LongestValue}"));
        }
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\z")]
    private static partial Regex ProfileIdPattern();
}
