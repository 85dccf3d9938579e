namespace Cdp.Storage.Elastic.Documents;

/// <summary>Numbers as texts of 16 characters that sort as the numbers do.</summary>
internal static class SortableNumber
{
    /// <summary>Length of the text.</summary>
    public const int Length = 16;

    // Negative numbers sort the other way round by their bits; both zeros are one.
    public static ulong Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
    }

    public static ulong Of(long value) => (ulong)(value ^ long.MinValue);

    /// <summary>The number that <see cref="Of(double)"/> was given.</summary>
    public static double ToDouble(ulong sortable)
    {
        var bits = (long)sortable;
        return BitConverter.Int64BitsToDouble(bits < 0 ? bits ^ long.MinValue : ~bits);
    }
}
