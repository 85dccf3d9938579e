using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cdp.SegmentSearch.Index;

namespace Cdp.Storage.Elastic.Documents;

/// <summary>Writes the document of a profile as the mapping has it.</summary>
internal sealed class DocumentWriter : IProfileVisitor, IDisposable
{
    // Terms are seldom plain ASCII words; escapes would only make them longer.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly TermBuffer _terms = new();
    private readonly ArrayBufferWriter<byte> _sortBuffer = new();
    private readonly Utf8JsonWriter _sort;
    private readonly Utf8JsonWriter _json;
    private bool _inEvents;

    public DocumentWriter(IBufferWriter<byte> output)
    {
        _json = new Utf8JsonWriter(output, Options);
        _sort = new Utf8JsonWriter(_sortBuffer, Options);
    }

    /// <summary>Nested objects of the document.</summary>
    public int Nested { get; private set; }

    /// <summary>Writes a profile. Within <see cref="IIndexedProfiles.Read"/>.</summary>
    public void Write(IIndexedProfiles profiles, int profile)
    {
        (_inEvents, Nested) = (false, 0);
        _sortBuffer.Clear();
        _sort.Reset();
        _sort.WriteStartArray();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString(ProfileMapping.Id, profiles.IdOf(profile));
        _json.WriteStartArray(ProfileMapping.Traits);
        profiles.Visit(profile, this);
        if (_inEvents)
            EndEvent();
        else
            EndTraits();
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc />
    public void Event(string name, long time)
    {
        if (_inEvents)
            EndEvent();
        else
            EndTraits();
        _inEvents = true;
        Nested++;
        _json.WriteStartObject();
        _json.WriteString(ProfileMapping.Name, name);
        _json.WriteNumber(ProfileMapping.Time, time);
        _json.WriteStartArray(ProfileMapping.Properties);
    }

    /// <inheritdoc />
    public void Value(string path, IndexedValue value)
    {
        _json.WriteStringValue(_terms.Of(path, Term.Exists));
        if (value.Kind == CellKind.Array)
            _json.WriteStringValue(_terms.Of(path, Term.Array));
        else if (value.Kind != CellKind.Object)
        {
            Element(path, value);
            if (!_inEvents)
                WriteSort(path, value);
        }
    }

    /// <inheritdoc />
    public void Element(string path, IndexedValue value)
    {
        _json.WriteStringValue(_terms.Of(path, value));
        if (value.Time is { } time)
            _json.WriteStringValue(_terms.OfTime(path, time));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _json.Dispose();
        _sort.Dispose();
    }

    private void WriteSort(string path, IndexedValue value)
    {
        Nested++;
        _sort.WriteStartObject();
        _sort.WriteString(ProfileMapping.Path, path);
        _sort.WriteString(ProfileMapping.Key, _terms.Key(value));
        _sort.WriteEndObject();
    }

    private void EndTraits()
    {
        _json.WriteEndArray();
        _sort.WriteEndArray();
        _sort.Flush();
        _json.WritePropertyName(ProfileMapping.Sort);
        _json.WriteRawValue(_sortBuffer.WrittenSpan, skipInputValidation: true);
        _json.WriteStartArray(ProfileMapping.Events);
    }

    private void EndEvent()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
    }
}
