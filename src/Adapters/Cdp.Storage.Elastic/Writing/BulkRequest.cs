using System.Buffers;
using System.Text.Json;
using Cdp.SegmentSearch.Index;
using Cdp.Storage.Elastic.Documents;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>
/// The lines of a bulk request. The version of a document is the sequence of the feed that it includes: the engine refuses
/// whatever is not newer, so that late and repeated writes change nothing. A deletion may be as new as what it deletes.
/// </summary>
internal sealed class BulkRequest : IDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new(256 * 1024);
    private readonly ArrayBufferWriter<byte> _document = new(64 * 1024);
    private readonly IIndexedProfiles _profiles;
    private readonly DocumentWriter _writer;
    private readonly Utf8JsonWriter _action;
    private readonly List<string> _items = [];

    public BulkRequest(IIndexedProfiles profiles)
    {
        _profiles = profiles;
        _writer = new DocumentWriter(_document);
        _action = new Utf8JsonWriter(_lines);
    }

    /// <summary>The request's body.</summary>
    public ReadOnlyMemory<byte> Lines => _lines.WrittenMemory;

    /// <summary>The profile of each item, in the order of the answers.</summary>
    public IReadOnlyList<string> Items => _items;

    public void Clear()
    {
        // Memory that one large request needed is not kept for ever.
        if (_document.Capacity > 16 << 20)
            _document.Clear();
        _lines.ResetWrittenCount();
        _items.Clear();
    }

    /// <summary>Adds the present state of a profile; false where the index cannot hold it. Within <see cref="IIndexedProfiles.Read"/>.</summary>
    public bool TryAdd(string id, int profile, IReadOnlyList<string> targets, int mostBytes)
    {
        _document.ResetWrittenCount();
        _writer.Write(_profiles, profile);
        if (_writer.Nested > ProfileMapping.MostNested || _document.WrittenCount > mostBytes)
            return false;
        foreach (var target in targets)
        {
            AddAction("index", target, id, _profiles.SequenceOf(profile), "external");
            _lines.Write(_document.WrittenSpan);
            _lines.Write("\n"u8);
        }
        return true;
    }

    /// <summary>Adds a deletion. Within <see cref="IIndexedProfiles.Read"/>.</summary>
    public void AddDeletion(string id, IReadOnlyList<string> targets)
    {
        foreach (var target in targets)
            AddAction("delete", target, id, _profiles.Sequence, "external_gte");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer.Dispose();
        _action.Dispose();
    }

    private void AddAction(string action, string target, string id, long version, string versionType)
    {
        _action.Reset();
        _action.WriteStartObject();
        _action.WriteStartObject(action);
        _action.WriteString("_index", target);
        _action.WriteString("_id", id);
        _action.WriteNumber("version", version);
        _action.WriteString("version_type", versionType);
        _action.WriteEndObject();
        _action.WriteEndObject();
        _action.Flush();
        _lines.Write("\n"u8);
        _items.Add(id);
    }
}
