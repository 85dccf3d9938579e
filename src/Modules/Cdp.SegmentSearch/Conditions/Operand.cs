using System.Text;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>A value that a condition names.</summary>
public sealed class Operand
{
    private Operand(OperandKind kind, double number, byte[] text, long time) => (Kind, Number, Text, Time) = (kind, number, text, time);

    public OperandKind Kind { get; }

    /// <summary>The number; 1 and 0 for true and false.</summary>
    public double Number { get; }

    /// <summary>The text in UTF-8.</summary>
    public byte[] Text { get; }

    /// <summary>The moment, ms since 1970.</summary>
    public long Time { get; }

    /// <summary>A number.</summary>
    public static Operand OfNumber(double value) => new(OperandKind.Number, value, [], 0);

    public static Operand OfBoolean(bool value) => new(OperandKind.Boolean, value ? 1 : 0, [], 0);

    public static Operand OfText(string value) => new(OperandKind.Text, 0, Encoding.UTF8.GetBytes(value), 0);

    public static Operand OfTime(long value) => new(OperandKind.Time, 0, [], value);
}

/// <summary>Type of an operand.</summary>
public enum OperandKind
{
    Number,
    Boolean,
    Text,
    Time,
}
