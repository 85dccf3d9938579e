using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Audit;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Google.Protobuf;

namespace Cdp.Move.Archives;

/// <summary>API keys, consent purposes, regulations and the audit trail.</summary>
internal sealed class GovernanceArchives(IApiKeyStore keys, IPurposeStore purposes, IRegulationStore regulations, IAuditStore audit) : IArchived
{
    private const int PageRecords = 1000;

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives =>
    [
        new Archive<ApiKeyRecord>(GovernanceModule.Name, "API keys", ReadKeysAsync, WriteKeysAsync),
        new Archive<ConsentPurpose>(GovernanceModule.Name, "purposes", ReadPurposesAsync, WritePurposesAsync),
        new Archive<StoredRegulation>(GovernanceModule.Name, "regulations", ReadRegulationsAsync, WriteRegulationsAsync),
        new Archive<AuditEntry>(GovernanceModule.Name, "audit", ReadAuditAsync, WriteAuditAsync),
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

    // The trail has no gaps, so what comes after a sequence is what comes before a later one.
    private async Task<RecordPage<AuditEntry>> ReadAuditAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = cursor.Length == 0 ? 0 : long.Parse(cursor, CultureInfo.InvariantCulture);
        var page = (await audit.ListAsync(after + PageRecords + 1, PageRecords, cancellationToken)).Where(entry => entry.Sequence > after).Reverse().ToList();
        return new RecordPage<AuditEntry>(page, page.Count == PageRecords ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null);
    }

    private async Task WriteAuditAsync(IReadOnlyList<AuditEntry> records, CancellationToken cancellationToken)
    {
        var last = (await audit.ListAsync(long.MaxValue, 1, cancellationToken)) is [var newest] ? newest.Sequence : 0;
        foreach (var entry in records.Where(entry => entry.Sequence > last))
        {
            if (await audit.AppendAsync(entry, cancellationToken) is var given && given != entry.Sequence)
                throw new InvalidOperationException($"The audit trail gave sequence {given} to entry {entry.Sequence}: somebody else writes to it.");
        }
    }
}
