using System.Text;
using System.Text.Json;

namespace Cdp.Storage.Elastic.Documents;

/// <summary>
/// The index's mapping, which any trait fits into as it is: terms of traits in one field, events as nested documents with
/// the terms of their properties, and a nested row for each trait that can be sorted by. The source is not kept: the index
/// is derived, and nothing asks it for more than ids.
/// </summary>
internal static class ProfileMapping
{
    /// <summary>Grows with each change of what is below; an index of another version is built anew.</summary>
    public const int Version = 1;

    /// <summary>Events and traits of one profile; a profile with more is not in the index.</summary>
    public const int MostNested = 100_000;

    public const string Id = "id";
    public const string Traits = "traits";
    public const string Sort = "sort";
    public const string Path = "path";
    public const string Key = "key";
    public const string Events = "events";
    public const string Name = "name";
    public const string Time = "time";
    public const string Properties = "properties";

    // An hour is far beyond the time limit of a call: a late write never brings back what was deleted.
    private static readonly string Body = $$$"""
          "settings": {"index": {"mapping.nested_objects.limit": {{{MostNested}}}, "gc_deletes": "1h", "refresh_interval": "30s"}},
          "mappings": {
            "_meta": {"created_by": "cdp", "mapping": {{{Version}}} },
            "_source": {"enabled": false},
            "dynamic": "strict",
            "properties": {
              "{{{Id}}}": {"type": "keyword"},
              "{{{Traits}}}": {"type": "keyword", "doc_values": false},
              "{{{Sort}}}": {"type": "nested", "properties": {
                "{{{Path}}}": {"type": "keyword", "doc_values": false},
                "{{{Key}}}": {"type": "keyword", "index": false}
              }},
              "{{{Events}}}": {"type": "nested", "properties": {
                "{{{Name}}}": {"type": "keyword", "doc_values": false},
                "{{{Time}}}": {"type": "long", "doc_values": false},
                "{{{Properties}}}": {"type": "keyword", "doc_values": false}
              }}
            }
          }
        """;

    /// <summary>What an index is created with.</summary>
    /// <param name="alias">An alias, which it has from the beginning.</param>
    public static byte[] Create(string alias) => Encoding.UTF8.GetBytes($$$"""{"aliases": {"{{{alias}}}": {}}, {{{Body}}} }""");

    /// <summary>Whether an index is the platform's, by its mapping.</summary>
    public static bool IsOurs(JsonElement mappings) =>
        TryGetMeta(mappings, out var meta) && meta.TryGetProperty("created_by", out var by) && by.ValueKind == JsonValueKind.String && by.GetString() == "cdp";

    /// <summary>Whether the documents of an index are as they would be written now.</summary>
    public static bool IsCurrent(JsonElement mappings) =>
        TryGetMeta(mappings, out var meta) && meta.TryGetProperty("mapping", out var version) && version.TryGetInt32(out var number) && number == Version;

    private static bool TryGetMeta(JsonElement mappings, out JsonElement meta) =>
        mappings.TryGetProperty("_meta", out meta) && meta.ValueKind == JsonValueKind.Object;
}
