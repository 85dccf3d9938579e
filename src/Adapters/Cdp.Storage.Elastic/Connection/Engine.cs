using System.Net;
using System.Text.Json;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>Which engine answers, and all that Elasticsearch and OpenSearch do differently.</summary>
/// <param name="Name">Its name with its version.</param>
/// <param name="IsOpenSearch">Whether it is OpenSearch.</param>
internal sealed record Engine(string Name, bool IsOpenSearch)
{
    private const string Needed = "needed is Elasticsearch 8 or OpenSearch 2, or later";

    /// <summary>Path that opens a point in time of an index.</summary>
    public string OpenPath(string index, string keepAlive) =>
        IsOpenSearch ? $"{index}/_search/point_in_time?keep_alive={keepAlive}" : $"{index}/_pit?keep_alive={keepAlive}";

    /// <summary>Name of the id in the answer to that.</summary>
    public string OpenedId => IsOpenSearch ? "pit_id" : "id";

    /// <summary>Path that closes points in time.</summary>
    public string ClosePath => IsOpenSearch ? "_search/point_in_time" : "_pit";

    /// <summary>What is sent there.</summary>
    public byte[] CloseBody(string id) => IsOpenSearch
        ? JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string[]> { ["pit_id"] = [id] })
        : JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["id"] = id });

    /// <summary>Finds out who answers.</summary>
    /// <exception cref="InvalidOperationException">Nobody, or somebody else.</exception>
    public static async Task<Engine> ConnectAsync(ElasticClient client, ElasticAddress address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetAsync("", cancellationToken);
            return Read(answer.RootElement) ?? throw new InvalidOperationException($"{ElasticAddress.Setting}: {address.Uri} is no Elasticsearch; {Needed}.");
        }
        catch (ElasticException exception) when (exception.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new InvalidOperationException(
                $"{ElasticAddress.Setting}: {address.Uri} {(address.Credentials is null ? "asks for credentials" : "refuses the credentials")}; needed is http://user:password@host:port.", exception);
        }
        catch (ElasticException exception)
        {
            throw new InvalidOperationException($"{ElasticAddress.Setting}: {address.Uri} cannot be used: {exception.Message}; {Needed}.", exception);
        }
    }

    private static Engine? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version)
            || version.ValueKind != JsonValueKind.Object || !version.TryGetProperty("number", out var number))
            return null;
        var isOpenSearch = version.TryGetProperty("distribution", out var distribution) && distribution.GetString() == "opensearch";
        var name = $"{(isOpenSearch ? "OpenSearch" : "Elasticsearch")} {number.GetString()}";
        if (!Version.TryParse(number.GetString()!.Split('-')[0], out var parsed) || parsed.Major < (isOpenSearch ? 2 : 8))
            throw new InvalidOperationException($"{ElasticAddress.Setting}: found {name}; {Needed}.");
        return new Engine(name, isOpenSearch);
    }
}
