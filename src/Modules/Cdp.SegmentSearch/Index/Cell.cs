namespace Cdp.SegmentSearch.Index;

/// <summary>Type of a value in the index.</summary>
public enum CellKind
{
    Number = 0,
    Boolean = 1,
    Text = 2,
    Array = 3,
    Object = 4,
    Absent = 7,
}

/// <summary>
/// One value in 8 bytes: a double as it is, everything else in the payload of a NaN, which JSON cannot express. Bits are
/// kept inverted, so that fresh memory reads as absent.
/// </summary>
internal readonly record struct Cell
{
    private const ulong Tagged = 0x7FF8_0000_0000_0000;
    private const int TagShift = 48;
    private const ulong Payload = (1UL << TagShift) - 1;
    private readonly ulong _inverted;

    private Cell(ulong bits) => _inverted = ~bits;

    public static Cell Absent => default;

    /// <summary>An object: only its existence can be asked for.</summary>
    public static Cell Object { get; } = Of(CellKind.Object, 0);

    public bool IsAbsent => _inverted == 0;

    public CellKind Kind => (~_inverted & Tagged) == Tagged ? (CellKind)((~_inverted >> TagShift) & 7) : CellKind.Number;

    /// <summary>The number; 1 and 0 for true and false.</summary>
    public double Number => Kind == CellKind.Boolean ? Address : BitConverter.UInt64BitsToDouble(~_inverted);

    /// <summary>Where the text or the array lies in the table's texts.</summary>
    public long Address => (long)(~_inverted & Payload);

    public static Cell OfNumber(double value) => new(BitConverter.DoubleToUInt64Bits(value));

    public static Cell OfBoolean(bool value) => Of(CellKind.Boolean, value ? 1 : 0);

    public static Cell OfText(long address) => Of(CellKind.Text, address);

    public static Cell OfArray(long address) => Of(CellKind.Array, address);

    /// <summary>Shows the value, and the elements of an array after it.</summary>
    public void Visit(string path, TextArena texts, IProfileVisitor visitor)
    {
        switch (Kind)
        {
            case CellKind.Absent:
                return;
            case CellKind.Text:
                visitor.Value(path, new IndexedValue(CellKind.Text, 0, texts.Read(Address)));
                return;
            case CellKind.Array:
                visitor.Value(path, new IndexedValue(CellKind.Array, 0, []));
                var elements = new CellArray.Reader(texts.Read(Address));
                while (elements.Read())
                    visitor.Element(path, new IndexedValue(elements.Kind, elements.Number, elements.Text));
                return;
            default:
                visitor.Value(path, new IndexedValue(Kind, Number, []));
                return;
        }
    }

    private static Cell Of(CellKind kind, long payload) => new(Tagged | ((ulong)kind << TagShift) | (ulong)payload);
}
