using System.Buffers.Binary;

namespace Cdp.SegmentSearch.Index;

/// <summary>Arrays as bytes: kind and value of each element that is a string, a number or a boolean.</summary>
internal static class CellArray
{
    /// <summary>Elements of an array, one after the other.</summary>
    public ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public CellKind Kind { get; private set; }

        public double Number { get; private set; }

        public ReadOnlySpan<byte> Text { get; private set; }

        public bool Read()
        {
            if (_rest.IsEmpty)
                return false;
            Kind = (CellKind)_rest[0];
            var size = 1;
            switch (Kind)
            {
                case CellKind.Text:
                    var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[1..]);
                    Text = _rest.Slice(1 + sizeof(ushort), length);
                    size += sizeof(ushort) + length;
                    break;
                case CellKind.Boolean:
                    Number = _rest[1];
                    size += 1;
                    break;
                default:
                    Number = BinaryPrimitives.ReadDoubleLittleEndian(_rest[1..]);
                    size += sizeof(double);
                    break;
            }
            _rest = _rest[size..];
            return true;
        }
    }

    /// <summary>Builds an array; elements for which there is no room are left out.</summary>
    public sealed class Builder(string path)
    {
        private readonly byte[] _bytes = new byte[TextArena.Longest];
        private int _length;

        public string Path { get; } = path;

        /// <summary>Whether an array is being built.</summary>
        public bool IsOpen { get; set; }

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

        public void Clear() => (IsOpen, _length) = (false, 0);

        public void AddNumber(double value)
        {
            if (Next(CellKind.Number, sizeof(double)) is { IsEmpty: false } room)
                BinaryPrimitives.WriteDoubleLittleEndian(room, value);
        }

        public void AddBoolean(bool value)
        {
            if (Next(CellKind.Boolean, 1) is { IsEmpty: false } room)
                room[0] = value ? (byte)1 : (byte)0;
        }

        public void AddText(ReadOnlySpan<byte> text)
        {
            if (Next(CellKind.Text, sizeof(ushort) + text.Length) is not { IsEmpty: false } room)
                return;
            BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)text.Length);
            text.CopyTo(room[sizeof(ushort)..]);
        }

        private Span<byte> Next(CellKind kind, int size)
        {
            if (_length + 1 + size > _bytes.Length)
                return default;
            _bytes[_length] = (byte)kind;
            var room = _bytes.AsSpan(_length + 1, size);
            _length += 1 + size;
            return room;
        }
    }
}
