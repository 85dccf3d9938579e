using Cdp.Contracts.Activation.V1;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ActivationClient = Cdp.Contracts.Activation.V1.ActivationService.ActivationServiceClient;

namespace Cdp.Rest.Destinations;

/// <summary>Where audiences are sent.</summary>
internal static class DestinationEndpoints
{
    private const string Read = "destinations:read";
    private const string Write = "destinations:write";

    public static void MapDestinations(this IEndpointRouteBuilder api)
    {
        var destinations = api.MapGroup("/v1/destinations").WithTags("Destinations");
        destinations.MapPost("", CreateAsync).RequireScope(Write).WithSummary("Creates a destination; its signing secret is shown this once.");
        destinations.MapGet("", ListAsync).RequireScope(Read).WithSummary("All destinations, oldest first.");
        destinations.MapGet("/{id}", GetAsync).RequireScope(Read).WithSummary("One destination.");
        destinations.MapPatch("/{id}", UpdateAsync).RequireScope(Write).WithSummary("Changes a destination.");
        destinations.MapDelete("/{id}", DeleteAsync).RequireScope(Write).WithSummary("Deletes a destination with its activations.");
    }

    private static async Task<Created<DestinationResponse>> CreateAsync(CreateDestinationBody body, ActivationClient client, CancellationToken cancellationToken)
    {
        var request = new CreateDestinationRequest { Name = body.Name ?? "", Type = body.Type ?? "", Url = body.Url ?? "", Secret = body.Secret ?? "" };
        request.ConsentCategories.AddRange((body.ConsentCategories ?? []).Select(c => c ?? ""));
        var created = await client.CreateDestinationAsync(request, cancellationToken: cancellationToken);
        return TypedResults.Created(
            $"/v1/destinations/{created.Destination.Id}", DestinationResponse.From(created.Destination) with { Secret = created.Secret });
    }

    private static async Task<DestinationsResponse> ListAsync(ActivationClient client, CancellationToken cancellationToken)
    {
        var found = await client.ListDestinationsAsync(new ListDestinationsRequest(), cancellationToken: cancellationToken);
        return new DestinationsResponse(found.Destinations.Select(DestinationResponse.From));
    }

    private static async Task<DestinationResponse> GetAsync(string id, ActivationClient client, CancellationToken cancellationToken) =>
        DestinationResponse.From(await client.GetDestinationAsync(new GetDestinationRequest { Id = id }, cancellationToken: cancellationToken));

    private static async Task<DestinationResponse> UpdateAsync(string id, UpdateDestinationBody body, ActivationClient client, CancellationToken cancellationToken)
    {
        var request = new UpdateDestinationRequest { Id = id };
        if (body.Name is { } name)
            request.Name = name;
        if (body.Url is { } url)
            request.Url = url;
        if (body.Enabled is { } enabled)
            request.Enabled = enabled;
        if (body.ConsentCategories is { } categories)
            request.ConsentCategories = new ConsentCategories { Categories = { categories.Select(c => c ?? "") } };
        return DestinationResponse.From(await client.UpdateDestinationAsync(request, cancellationToken: cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string id, ActivationClient client, CancellationToken cancellationToken)
    {
        await client.DeleteDestinationAsync(new DeleteDestinationRequest { Id = id }, cancellationToken: cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>A destination to create.</summary>
/// <param name="Name">Name; required.</param>
/// <param name="Type">Kind; required: <c>webhook</c>.</param>
/// <param name="Url">Where to send; required.</param>
/// <param name="ConsentCategories">Categories that a person must all have granted; none without it.</param>
/// <param name="Secret">Signing secret to use; without it one is made.</param>
internal sealed record CreateDestinationBody(string? Name, string? Type, string? Url, IReadOnlyList<string?>? ConsentCategories, string? Secret);

/// <summary>What to change of a destination.</summary>
/// <param name="Name">New name.</param>
/// <param name="Url">New URL.</param>
/// <param name="Enabled">Whether deliveries are sent.</param>
/// <param name="ConsentCategories">Replaces the categories.</param>
internal sealed record UpdateDestinationBody(string? Name, string? Url, bool? Enabled, IReadOnlyList<string?>? ConsentCategories);
