using Cdp.Activation.Destinations;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.SegmentSearch.V1;
using Grpc.Core;

namespace Cdp.Activation.Activations;

/// <summary>Connects a segment to a destination.</summary>
public sealed class ActivationCreator(DestinationRegistry destinations, MembershipWriter writer, SegmentService.SegmentServiceClient segments)
{
    /// <summary>Checks the request and creates the activation.</summary>
    public async Task<StoredActivation> CreateAsync(CreateActivationRequest request, CancellationToken cancellationToken)
    {
        var errors = new List<FieldError>();
        if (request.SegmentKey.Length == 0)
            errors.Add(new FieldError("segment_key", "is missing; expected the key of a segment"));
        else if (!await ExistsAsync(request.SegmentKey, cancellationToken))
            errors.Add(new FieldError("segment_key", "is of no segment; expected the key of one"));
        if (request.DestinationId.Length == 0)
            errors.Add(new FieldError("destination_id", "is missing; expected the id of a destination"));
        else if (destinations.Find(request.DestinationId) is null)
            errors.Add(new FieldError("destination_id", "is of no destination; expected the id of one"));
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        return await writer.AddAsync(request.SegmentKey, request.DestinationId, request.SkipExistingMembers, cancellationToken);
    }

    private async Task<bool> ExistsAsync(string segment, CancellationToken cancellationToken)
    {
        try
        {
            await segments.GetSegmentAsync(new GetSegmentRequest { Key = segment }, cancellationToken: cancellationToken);
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument)
        {
            return false;
        }
    }
}
