using Cdp.Contracts.Profile.V1;

namespace Cdp.Activation.Dispatching;

/// <summary>Whether a person lets data go to a destination. What was never stated was not granted.</summary>
internal static class ConsentCheck
{
    /// <summary>The categories that are needed and not granted.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyCollection<string> needed, ProfileDocument profile) => needed.Count == 0
        ? []
        : [.. needed.Except(profile.Consents.Where(c => c.Granted).Select(c => c.Category), StringComparer.Ordinal)];
}
