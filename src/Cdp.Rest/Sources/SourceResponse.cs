using System.Text.Json.Serialization;
using Cdp.Contracts.Collection.V1;
using Cdp.Rest.Json;

namespace Cdp.Rest.Sources;

/// <summary>A source of events.</summary>
/// <param name="Id">Source id; sorts by creation.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Enabled">Whether its events are taken.</param>
/// <param name="WriteKeyHint">The last 4 characters of its write key.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="WriteKey">The write key; only in the answer that made it.</param>
internal sealed record SourceResponse(
    string Id, string Name, bool Enabled, string WriteKeyHint, DateTime CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? WriteKey = null)
{
    public static SourceResponse From(Source source) =>
        new(source.Id, source.Name, source.Enabled, source.WriteKeyHint, UnixTime.At(source.CreatedAt));

    public static SourceResponse From(CreateSourceResponse created) => From(created.Source) with { WriteKey = created.WriteKey };
}

/// <summary>All sources, oldest first.</summary>
/// <param name="Sources">The sources.</param>
internal sealed record SourcesResponse(IEnumerable<SourceResponse> Sources);
