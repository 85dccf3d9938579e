using System.Buffers.Text;
using System.Text;
using Cdp.SegmentSearch.Index;

namespace Cdp.Storage.Elastic.Documents;

/// <summary>Builds terms in one place of memory; each is there until the next one.</summary>
internal sealed class TermBuffer
{
    // A path has at most 500 characters, a text 4,096 bytes.
    private readonly byte[] _bytes = new byte[8 * 1024];

    /// <summary>The term of a kind alone, such as <see cref="Term.Exists"/>.</summary>
    public ReadOnlySpan<byte> Of(string path, char kind) => _bytes.AsSpan(0, WriteStart(path, kind));

    /// <summary>The term of a boolean, a number or a text.</summary>
    public ReadOnlySpan<byte> Of(string path, IndexedValue value) => Write(WriteStart(path, KindOf(value.Kind)), value);

    /// <summary>The same without the path, to sort by.</summary>
    public ReadOnlySpan<byte> Key(IndexedValue value)
    {
        _bytes[0] = (byte)KindOf(value.Kind);
        return Write(1, value);
    }

    public ReadOnlySpan<byte> OfTime(string path, long time) => Write(WriteStart(path, Term.Time), SortableNumber.Of(time));

    private static char KindOf(CellKind kind) => kind switch
    {
        CellKind.Boolean => Term.Boolean,
        CellKind.Number => Term.Number,
        CellKind.Text => Term.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "has no value"),
    };

    private ReadOnlySpan<byte> Write(int start, IndexedValue value)
    {
        switch (value.Kind)
        {
            case CellKind.Text:
                value.Text.CopyTo(_bytes.AsSpan(start));
                return _bytes.AsSpan(0, start + value.Text.Length);
            case CellKind.Boolean:
                _bytes[start] = value.Number == 0 ? (byte)'0' : (byte)'1';
                return _bytes.AsSpan(0, start + 1);
            default:
                return Write(start, SortableNumber.Of(value.Number));
        }
    }

    private ReadOnlySpan<byte> Write(int start, ulong sortable)
    {
        sortable.TryFormat(_bytes.AsSpan(start), out var written, "x16");
        return _bytes.AsSpan(0, start + written);
    }

    private int WriteStart(string path, char kind)
    {
        Utf8Formatter.TryFormat(path.Length, _bytes, out var length);
        _bytes[length++] = (byte)':';
        length += Encoding.UTF8.GetBytes(path, _bytes.AsSpan(length));
        _bytes[length++] = (byte)kind;
        return length;
    }
}
