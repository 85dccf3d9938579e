using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Google.Protobuf;

namespace Cdp.Move.Archives;

/// <summary>API keys, consent purposes and regulations.</summary>
internal sealed class GovernanceArchives(IApiKeyStore keys, IPurposeStore purposes, IRegulationStore regulations) : IArchived
{
    private const int PageRecords = 1000;

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<ApiKeyRecord>(GovernanceModule.Name, "API keys", ReadKeysAsync, WriteKeysAsync),
        new Archive<ConsentPurpose>(GovernanceModule.Name, "purposes", ReadPurposesAsync, WritePurposesAsync),
        new Archive<StoredRegulation>(GovernanceModule.Name, "regulations", ReadRegulationsAsync, WriteRegulationsAsync),
    ];

    private async Task<RecordPage<ApiKeyRecord>> ReadKeysAsync(string cursor, CancellationToken cancellationToken) =>
        new([.. (await keys.ListAsync(cancellationToken)).Select(ToRecord)], null);

    private Task WriteKeysAsync(IReadOnlyList<ApiKeyRecord> records, CancellationToken cancellationToken) =>
        keys.PutAsync(
            [.. records.Select(r => new StoredApiKey(r.Id, r.Name, [.. r.Scopes], r.Hash.ToByteArray(), r.Hint, r.Configured, r.CreatedAt, r.RevokedAt))], cancellationToken);

    private static ApiKeyRecord ToRecord(StoredApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Scopes = { key.Scopes },
        Hash = ByteString.CopyFrom(key.Hash),
        Hint = key.Hint,
        Configured = key.IsConfigured,
        CreatedAt = key.CreatedAt,
        RevokedAt = key.RevokedAt,
    };

    private async Task<RecordPage<ConsentPurpose>> ReadPurposesAsync(string cursor, CancellationToken cancellationToken) =>
        new(await purposes.ListAsync(cancellationToken), null);

    private async Task WritePurposesAsync(IReadOnlyList<ConsentPurpose> records, CancellationToken cancellationToken)
    {
        foreach (var purpose in records)
            await purposes.PutAsync(purpose, cancellationToken);
    }

    private async Task<RecordPage<StoredRegulation>> ReadRegulationsAsync(string cursor, CancellationToken cancellationToken)
    {
        var page = await regulations.ListAsync(cursor, PageRecords, cancellationToken);
        return new RecordPage<StoredRegulation>(page, page.Count == PageRecords ? page[^1].Regulation.Id : null);
    }

    private async Task WriteRegulationsAsync(IReadOnlyList<StoredRegulation> records, CancellationToken cancellationToken)
    {
        foreach (var regulation in records)
            await regulations.PutAsync(regulation, cancellationToken);
    }
}
