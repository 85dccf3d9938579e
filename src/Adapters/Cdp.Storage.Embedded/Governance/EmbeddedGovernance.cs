using Cdp.Archives;
using Cdp.Governance;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Audit;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Embedded.Governance;

/// <summary>Chooses the embedded stores for the stage.</summary>
public static class EmbeddedGovernance
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static GovernanceBuilder UseEmbedded(this GovernanceBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton(_ => new GovernanceDatabase(directory));
        builder.Services.AddSingleton<IApiKeyStore, EmbeddedApiKeyStore>();
        builder.Services.AddSingleton<IAuditStore, EmbeddedAuditStore>();
        builder.Services.AddSingleton<IArchived, AuditArchive>();
        builder.Services.AddSingleton<IPurposeStore, EmbeddedPurposeStore>();
        builder.Services.AddSingleton<IRegulationStore, EmbeddedRegulationStore>();
        return builder;
    }
}
