using Cdp.Archives;
using Cdp.Collection;
using Cdp.Collection.Log;

namespace Cdp.Move.Archives;

/// <summary>Everything that one side holds.</summary>
internal static class PlatformArchives
{
    /// <summary>
    /// What ports can give and take is moved through them; the rest through the archives of the adapters. What a search index
    /// holds is made anew at the next start.
    /// </summary>
    public static IReadOnlyList<IArchive> Of(IServiceProvider services, bool isWithLog)
    {
        IArchive[] all =
        [
            .. ActivatorUtilities.CreateInstance<GovernanceArchives>(services).Archives,
            .. ActivatorUtilities.CreateInstance<CollectionArchives>(services).Archives,
            .. ActivatorUtilities.CreateInstance<ImportArchives>(services).Archives,
            .. ActivatorUtilities.CreateInstance<RuleArchive>(services).Archives,
            .. ActivatorUtilities.CreateInstance<SegmentArchives>(services).Archives,
            .. ActivatorUtilities.CreateInstance<KeyRingArchive>(services).Archives,
            .. ActivatorUtilities.CreateInstance<ActivationArchives>(services).Archives,
            .. services.GetServices<IArchived>().SelectMany(store => store.Archives),
        ];
        // Where the log stays in the data directory, it is the same on both sides.
        return isWithLog ? all : [.. all.Where(archive => (archive.Stage, archive.Kind) != (CollectionModule.Name, LogArchive.Kind))];
    }
}
