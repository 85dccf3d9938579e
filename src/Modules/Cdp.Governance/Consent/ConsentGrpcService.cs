using System.Text.RegularExpressions;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Governance.V1;
using Grpc.Core;

namespace Cdp.Governance.Consent;

/// <summary>Consent purposes over gRPC.</summary>
public sealed partial class ConsentGrpcService(IPurposeStore store) : ConsentService.ConsentServiceBase
{
    private const int LongestName = 200;
    private const int LongestDescription = 2_000;

    /// <inheritdoc />
    public override async Task<ConsentPurpose> PutPurpose(PutPurposeRequest request, ServerCallContext context)
    {
        var errors = new List<FieldError>();
        CheckKey(errors, request.Key);
        if (request.Name.Length > LongestName)
            errors.Add(new FieldError("name", $"has {request.Name.Length} characters; at most {LongestName} are taken"));
        if (request.Description.Length > LongestDescription)
            errors.Add(new FieldError("description", $"has {request.Description.Length} characters; at most {LongestDescription} are taken"));
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        var name = request.Name.Trim();
        var purpose = new ConsentPurpose
        {
            Key = request.Key,
            Name = name.Length == 0 ? request.Key : name,
            Description = request.Description.Trim(),
        };
        await store.PutAsync(purpose, context.CancellationToken);
        return purpose;
    }

    /// <inheritdoc />
    public override async Task<ListPurposesResponse> ListPurposes(ListPurposesRequest request, ServerCallContext context) =>
        new() { Purposes = { await store.ListAsync(context.CancellationToken) } };

    /// <inheritdoc />
    public override async Task<DeletePurposeResponse> DeletePurpose(DeletePurposeRequest request, ServerCallContext context)
    {
        // The key becomes an audit entry even where there is no such purpose: free text must not get there.
        var errors = new List<FieldError>();
        CheckKey(errors, request.Key);
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        await store.DeleteAsync(request.Key, context.CancellationToken);
        return new DeletePurposeResponse();
    }

    private static void CheckKey(List<FieldError> errors, string key)
    {
        if (!KeyPattern().IsMatch(key))
            errors.Add(new FieldError("key", $"has {key.Length} characters; expected 1 to 64 letters, digits, '.', '_', ':' or '-'"));
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,64}\z")]
    private static partial Regex KeyPattern();
}
