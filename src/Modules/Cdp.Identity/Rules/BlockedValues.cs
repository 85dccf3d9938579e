using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Cdp.Identity.Rules.Normalising;

namespace Cdp.Identity.Rules;

/// <summary>Values of one type that are never identifiers. They are compared after normalisation, and before the hash.</summary>
internal sealed class BlockedValues
{
    private readonly FrozenSet<string> _values;
    private readonly Regex[] _patterns;

    /// <param name="values">Values as an operator writes them: in any case, and in a form that the steps change.</param>
    /// <param name="patterns">Regular expressions.</param>
    /// <param name="normaliser">Steps of the type.</param>
    public BlockedValues(IEnumerable<string> values, IEnumerable<Regex> patterns, Normaliser normaliser)
    {
        _patterns = [.. patterns];
        _values = values
            .SelectMany(value => normaliser.Plain(value) is { } plain ? [value.Trim(), plain] : new[] { value.Trim() })
            // Who sends hashes sends the hashes of blocked values, too.
            .SelectMany(value => normaliser.IsHashed ? [value, normaliser.Finish(value)] : new[] { value })
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The regular expression of a pattern. Values come from outside: matching has to take linear time.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public static Regex Compile(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>What is wrong with a pattern; null where nothing is.</summary>
    public static string? Error(string pattern)
    {
        try
        {
            _ = Compile(pattern);
            return null;
        }
        catch (RegexParseException exception)
        {
            return $"is no regular expression: {exception.Error} at character {exception.Offset}";
        }
        catch (NotSupportedException)
        {
            return "has a backreference, a lookaround, an atomic group, or is too large; expected a regular expression that is matched in linear time";
        }
    }

    /// <summary>Whether a value is blocked.</summary>
    public bool Contains(string value)
    {
        if (_values.Contains(value))
            return true;
        foreach (var pattern in _patterns)
        {
            if (pattern.IsMatch(value))
                return true;
        }
        return false;
    }
}
