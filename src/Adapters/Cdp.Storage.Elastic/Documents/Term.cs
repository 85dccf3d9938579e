using System.Globalization;
using System.Text;

namespace Cdp.Storage.Elastic.Documents;

/// <summary>
/// A value at a path as one term: the path with its length in front, the kind, the value. So one keyword field takes any
/// name and any type, nothing in a name can be mistaken for something else, and within a path and a kind terms sort as values do.
/// </summary>
internal static class Term
{
    /// <summary>There is a value.</summary>
    public const char Exists = 'e';

    /// <summary>It is an array.</summary>
    public const char Array = 'a';

    /// <summary>A boolean, the array's or an element: 0 or 1.</summary>
    public const char Boolean = 'b';

    /// <summary>A number.</summary>
    public const char Number = 'n';

    /// <summary>A text.</summary>
    public const char Text = 's';

    /// <summary>The moment that a text stands for.</summary>
    public const char Time = 't';

    /// <summary>What all terms of a path and a kind begin with, and no other.</summary>
    public static string Start(string path, char kind) => string.Create(CultureInfo.InvariantCulture, $"{path.Length}:{path}{kind}");

    /// <summary>The first term behind them.</summary>
    public static string End(string path, char kind) => Start(path, (char)(kind + 1));

    public static string OfNumber(double value) => SortableNumber.Of(value).ToString("x16", CultureInfo.InvariantCulture);

    public static string OfTime(long value) => SortableNumber.Of(value).ToString("x16", CultureInfo.InvariantCulture);

    public static string OfText(byte[] value) => Encoding.UTF8.GetString(value);
}
