using System.Collections.Frozen;
using Cdp.Activation.Dispatching;
using Cdp.Activation.Membership;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Microsoft.Extensions.Hosting;

namespace Cdp.Activation.Destinations;

/// <summary>All destinations, in memory: every attempt looks its destination up.</summary>
public sealed class DestinationRegistry(
    IDestinationStore store, DestinationKinds kinds, DestinationSecrets secrets, MembershipWriter writer, DeliverySignals signals, TimeProvider time)
    : IHostedService, IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private FrozenDictionary<string, StoredDestination> _destinations = FrozenDictionary<string, StoredDestination>.Empty;

    /// <summary>Told whenever a destination is created, changed or deleted.</summary>
    public Signal Changed { get; } = new();

    /// <summary>All destinations, oldest first.</summary>
    public IEnumerable<Destination> All => _destinations.Values.Select(d => d.Definition).OrderBy(d => d.Id, StringComparer.Ordinal);

    /// <summary>A destination; null where there is none.</summary>
    public StoredDestination? Find(string id) => _destinations.GetValueOrDefault(id);

    /// <summary>A destination.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public StoredDestination Get(string id) => Find(id) ?? throw Failure.NotFound("destination", id);

    /// <summary>Creates a destination; returns its signing secret too.</summary>
    public async Task<(Destination Destination, string Secret)> CreateAsync(CreateDestinationRequest request, CancellationToken cancellationToken)
    {
        var kind = kinds.Find(request.Type);
        List<FieldError> errors = [.. DestinationValidator.Name(request.Name)];
        if (kind is null)
            errors.Add(new FieldError("type", request.Type.Length == 0 ? $"is missing; expected one of: {kinds.Names}" : $"is unknown; expected one of: {kinds.Names}"));
        else
            errors.AddRange(await kind.ValidateAsync(request.Url, request.Secret.Length == 0 ? null : request.Secret, cancellationToken));
        errors.AddRange(DestinationValidator.Categories(request.ConsentCategories, "consent_categories"));
        if (errors.Count > 0)
            throw Failure.Invalid(errors);

        var secret = request.Secret.Length == 0 ? kind!.MakeSecret() : request.Secret;
        var destination = new Destination
        {
            Id = Id.New("dst", time),
            Name = request.Name.Trim(),
            Type = request.Type,
            Url = request.Url,
            ConsentCategories = { request.ConsentCategories },
            Enabled = true,
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await ChangeAsync(() => PutAsync(new StoredDestination(destination, secrets.Protect(secret)), cancellationToken), cancellationToken);
        return (destination, secret);
    }

    /// <summary>Changes what the request sets.</summary>
    public async Task<Destination> UpdateAsync(UpdateDestinationRequest request, CancellationToken cancellationToken)
    {
        List<FieldError> errors =
        [
            .. DestinationValidator.Name(request.HasName ? request.Name : null),
            .. await kinds.Of(Get(request.Id)).ValidateAsync(request.HasUrl ? request.Url : null, null, cancellationToken),
            .. DestinationValidator.Categories(request.ConsentCategories?.Categories, "consent_categories.categories"),
        ];
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        Destination? changed = null;
        await ChangeAsync(
            async () =>
            {
                var former = Get(request.Id);
                changed = former.Definition.Clone();
                changed.Name = request.HasName ? request.Name.Trim() : changed.Name;
                changed.Url = request.HasUrl ? request.Url : changed.Url;
                changed.Enabled = request.HasEnabled ? request.Enabled : changed.Enabled;
                if (request.ConsentCategories is { } consent)
                {
                    changed.ConsentCategories.Clear();
                    changed.ConsentCategories.AddRange(consent.Categories);
                }
                await PutAsync(former with { Definition = changed }, cancellationToken);
            },
            cancellationToken);
        signals.Of(request.Id).Send();
        return changed!;
    }

    /// <summary>Deletes a destination with its activations; its pending deliveries are cancelled.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await ChangeAsync(
            async () =>
            {
                Get(id);
                await writer.RemoveDestinationAsync(id, cancellationToken);
                Use(_destinations.Values.Where(d => d.Definition.Id != id));
            },
            cancellationToken);
        signals.Of(id).Send();
    }

    /// <summary>Loads the destinations; fails where one is of a kind that nothing registered.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ListAsync(cancellationToken);
        foreach (var destination in stored)
            kinds.Of(destination);
        Use(stored);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _changing.Dispose();

    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task PutAsync(StoredDestination destination, CancellationToken cancellationToken)
    {
        await store.PutAsync(destination, cancellationToken);
        Use(_destinations.Values.Where(d => d.Definition.Id != destination.Definition.Id).Append(destination));
    }

    private void Use(IEnumerable<StoredDestination> destinations)
    {
        _destinations = destinations.ToFrozenDictionary(d => d.Definition.Id, StringComparer.Ordinal);
        Changed.Send();
    }
}
