using System.Text.Json;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>What became of the items of a bulk request.</summary>
internal sealed class BulkAnswer
{
    /// <summary>Profiles that the engine was not ready for.</summary>
    public HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Profiles that the index cannot hold.</summary>
    public HashSet<string> Unfit { get; } = new(StringComparer.Ordinal);

    /// <summary>The engine's name for why it refused or could not hold the last of them.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether an index is not there.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Items that changed something.</summary>
    public int Written { get; private set; }

    /// <summary>Items that changed nothing.</summary>
    public int Unchanged { get; private set; }

    public static BulkAnswer Read(JsonElement root, IReadOnlyList<string> items)
    {
        var answer = new BulkAnswer();
        var index = 0;
        foreach (var item in root.GetProperty("items").EnumerateArray())
        {
            foreach (var action in item.EnumerateObject())
                answer.Add(items[index], action.Value);
            index++;
        }
        return answer;
    }

    private void Add(string id, JsonElement item)
    {
        var failed = item.TryGetProperty("error", out var error);
        switch (item.GetProperty("status").GetInt32())
        {
            case 404 when !failed:
            case 409:
                Unchanged++;
                break;
            case 404:
                IsGone = true;
                break;
            case < 300:
                Written++;
                break;
            case 400 or 413:
                Unfit.Add(id);
                Reason = TypeOf(error);
                break;
            default:
                Refused.Add(id);
                Reason = TypeOf(error);
                break;
        }
    }

    private static string TypeOf(JsonElement error) =>
        error.ValueKind == JsonValueKind.Object && error.TryGetProperty("type", out var type) ? type.GetString() ?? "" : "";
}
