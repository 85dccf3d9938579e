using Microsoft.Extensions.Configuration;

namespace Cdp.ServiceDefaults;

/// <summary>Finds settings that nothing reads: they are most likely typing mistakes.</summary>
internal static class SettingNames
{
    private const string Section = "Cdp";

    private static readonly string[] Known =
    [
        "DataDirectory", "AdvertisedUrl", "AdminKey", "WriteKey", "ServiceKey", "GrpcUrls", "TrustedProxies", "RateLimit",
        "Kafka", "Elasticsearch", "Retention", "Collection", "Identity", "Profile", "SegmentSearch", "Activation", "Governance",
    ];

    // What the framework itself reads.
    private static readonly string[] Framework =
        ["urls", "environment", "contentRoot", "applicationName", "AllowedHosts", "Logging", "Kestrel", "Services", "ConnectionStrings", Section];

    /// <summary>Throws where the command line or a setting under <c>Cdp</c> has a name that nothing reads.</summary>
    public static void Require(string[] args, IConfiguration configuration)
    {
        var options = args.Where(a => a.StartsWith("--", StringComparison.Ordinal))
            .Select(a => a[2..].Split('=')[0])
            .Where(name => !Framework.Contains(name.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            .Select(name => $"--{name}");
        var settings = configuration.GetSection(Section).GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => child.Path);
        string[] unknown = [.. options, .. settings];
        if (unknown.Length > 0)
            throw new InvalidOperationException($"{string.Join(", ", unknown)}: there is no such setting; --help lists them.");
    }
}
