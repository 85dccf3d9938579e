using Microsoft.Extensions.Configuration;

namespace Cdp.Storage;

/// <summary>Which engines are configured, under the names that the Aspire integrations use. Where one is not, its embedded counterpart serves.</summary>
internal static class StoreSettings
{
    public static string? Mongo(this IConfiguration configuration) => Of(configuration, "mongodb");

    public static string? Kafka(this IConfiguration configuration) => Of(configuration, "kafka");

    public static string? Elasticsearch(this IConfiguration configuration) => Of(configuration, "elasticsearch");

    private static string? Of(IConfiguration configuration, string name) => configuration.GetConnectionString(name) is { Length: > 0 } value ? value : null;
}
