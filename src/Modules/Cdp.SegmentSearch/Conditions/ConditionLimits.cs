namespace Cdp.SegmentSearch.Conditions;

/// <summary>How large a condition may be.</summary>
internal static class ConditionLimits
{
    public const int MostBytes = 64 * 1024;
    public const int MostNodes = 500;
    public const int MostLevels = 32;

    /// <summary>Values of one list.</summary>
    public const int MostValues = 1_000;

    /// <summary>UTF-8 bytes of one text; well below what the index keeps of a value, so that equality is always exact.</summary>
    public const int LongestText = 1_024;

    /// <summary>Characters of an event name or a path.</summary>
    public const int LongestName = 500;
}
