using Cdp.Archives;
using Cdp.Governance;
using Cdp.Governance.ApiKeys;
using Cdp.Governance.Audit;
using Cdp.Governance.Consent;
using Cdp.Governance.Regulations;
using Cdp.Storage.Mongo.Commits;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.Governance;

/// <summary>Chooses MongoDB for the stage.</summary>
public static class MongoGovernance
{
    /// <summary>Keeps the stage's state in MongoDB. The stage's <see cref="MongoStage"/> must be registered under its name.</summary>
    public static GovernanceBuilder UseMongo(this GovernanceBuilder builder)
    {
        builder.Services.AddSingleton<IApiKeyStore>(s => new MongoApiKeyStore(Stage(s)));
        builder.Services.AddSingleton<IAuditStore>(s => new MongoAuditStore(Stage(s)));
        builder.Services.AddSingleton<IArchived>(s => new AuditArchive(Stage(s)));
        builder.Services.AddSingleton<IPurposeStore>(s => new MongoPurposeStore(Stage(s)));
        builder.Services.AddSingleton<IRegulationStore>(s => new MongoRegulationStore(Stage(s)));
        return builder;
    }

    private static MongoStage Stage(IServiceProvider services) => services.GetRequiredKeyedService<MongoStage>(GovernanceModule.Name);
}
