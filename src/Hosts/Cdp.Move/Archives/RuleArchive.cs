using System.Globalization;
using Cdp.Archives;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity;
using Cdp.Identity.Rules;

namespace Cdp.Move.Archives;

/// <summary>Every version of the identity rules.</summary>
internal sealed class RuleArchive(IRuleStore store) : IArchived
{
    // A version may have a megabyte.
    private const int PageRecords = 16;

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives => [new Archive<IdentityRules>(IdentityModule.Name, "rules", ReadAsync, store.PutAsync)];

    // Newest first, as the port lists them.
    private async Task<RecordPage<IdentityRules>> ReadAsync(string cursor, CancellationToken cancellationToken)
    {
        var before = cursor.Length == 0 ? long.MaxValue : long.Parse(cursor, CultureInfo.InvariantCulture);
        var listed = await store.ListAsync(before, PageRecords, cancellationToken);
        var rules = new List<IdentityRules>(listed.Count);
        foreach (var version in listed)
            rules.Add(await store.FindAsync(version.Version, cancellationToken) ?? throw new InvalidOperationException($"Version {version.Version} of the identity rules is listed, but not there."));
        return new RecordPage<IdentityRules>(rules, listed.Count == PageRecords ? listed[^1].Version.ToString(CultureInfo.InvariantCulture) : null);
    }
}
