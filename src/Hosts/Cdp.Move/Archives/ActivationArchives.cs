using Cdp.Activation;
using Cdp.Activation.Activations;
using Cdp.Activation.Destinations;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Google.Protobuf;

namespace Cdp.Move.Archives;

/// <summary>Destinations with their encrypted secrets, and activations.</summary>
internal sealed class ActivationArchives(IDestinationStore destinations, IActivationStore activations) : IArchived
{
    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<DestinationRecord>(ActivationModule.Name, "destinations", ReadDestinationsAsync, WriteDestinationsAsync),
        new Archive<ActivationRecord>(ActivationModule.Name, "activations", ReadActivationsAsync, WriteActivationsAsync),
    ];

    private async Task<RecordPage<DestinationRecord>> ReadDestinationsAsync(string cursor, CancellationToken cancellationToken)
    {
        var stored = await destinations.ListAsync(cancellationToken);
        return new RecordPage<DestinationRecord>(
            [.. stored.Select(d => new DestinationRecord { Definition = d.Definition, ProtectedSecret = ByteString.CopyFrom(d.ProtectedSecret) })], null);
    }

    private async Task WriteDestinationsAsync(IReadOnlyList<DestinationRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
            await destinations.PutAsync(new StoredDestination(record.Definition, record.ProtectedSecret.ToByteArray()), cancellationToken);
    }

    private async Task<RecordPage<ActivationRecord>> ReadActivationsAsync(string cursor, CancellationToken cancellationToken) =>
        new([.. (await activations.ListAsync(cancellationToken)).Select(ToRecord)], null);

    private async Task WriteActivationsAsync(IReadOnlyList<ActivationRecord> records, CancellationToken cancellationToken)
    {
        var known = (await activations.ListAsync(cancellationToken)).Select(activation => activation.Id).ToHashSet();
        foreach (var r in records.Where(record => !known.Contains(record.Id)))
        {
            await activations.AddAsync(
                new StoredActivation(r.Id, r.SegmentKey, r.DestinationId, r.CreatedAt, r.StartSequence, r.FillCursor, r.FillUntil), cancellationToken);
        }
    }

    private static ActivationRecord ToRecord(StoredActivation activation) => new()
    {
        Id = activation.Id,
        SegmentKey = activation.SegmentKey,
        DestinationId = activation.DestinationId,
        CreatedAt = activation.CreatedAt,
        StartSequence = activation.StartSequence,
        FillCursor = activation.FillCursor,
        FillUntil = activation.FillUntil,
    };
}
