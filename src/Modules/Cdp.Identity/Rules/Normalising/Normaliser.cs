using System.Security.Cryptography;
using System.Text;

namespace Cdp.Identity.Rules.Normalising;

/// <summary>The steps of one type, made ready.</summary>
internal sealed class Normaliser
{
    /// <summary>Longest value, in characters.</summary>
    public const int LongestValue = 512;

    // Blanks around a value do not count; beyond this it is none.
    private const int LongestRaw = 4 * LongestValue;
    private readonly Func<string, string?>[] _steps;

    public Normaliser(IEnumerable<string> steps, string region)
    {
        var all = steps.ToList();
        IsHashed = all.Contains(NormaliseSteps.Sha256);
        _steps = [.. all.Where(step => step != NormaliseSteps.Sha256).Select(step => Step(step, region))];
    }

    /// <summary>Whether values are hashed at the end.</summary>
    public bool IsHashed { get; }

    /// <summary>The value after all steps but the hash; null where it is no identifier.</summary>
    public string? Plain(string raw)
    {
        if (raw.Length > LongestRaw)
            return null;
        var value = raw;
        if (!Ascii.IsValid(value))
        {
            if (!IsWellFormed(value))
                return null;
            value = CanonicalComposition.Of(value);
        }
        if (IsHashed && IsHash(value.AsSpan().Trim()))
            return value.Trim().ToLowerInvariant();
        foreach (var step in _steps)
        {
            if (step(value) is not { } next)
                return null;
            value = next;
        }
        return value.Length is > 0 and <= LongestValue && !string.IsNullOrWhiteSpace(value) && !HasControl(value) ? value : null;
    }

    /// <summary>The last step.</summary>
    public string Finish(string plain) => IsHashed && !IsHash(plain) ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain))) : plain;

    private static Func<string, string?> Step(string step, string region) => step switch
    {
        NormaliseSteps.Trim => value => value.Trim(),
        NormaliseSteps.Lowercase => value => value.ToLowerInvariant(),
        NormaliseSteps.Uppercase => value => value.ToUpperInvariant(),
        NormaliseSteps.Digits => Digits,
        NormaliseSteps.Email => EmailAddress.Normalise,
        NormaliseSteps.EmailStripPlus => EmailAddress.StripPlus,
        NormaliseSteps.EmailGmailDots => EmailAddress.GmailDots,
        NormaliseSteps.Phone => value => PhoneNumber.Normalise(value, region),
        _ => throw new ArgumentException($"The step {step} is unknown.", nameof(step)),
    };

    // Digits of any script, as those of ASCII.
    private static string Digits(string value) => string.Concat(value.Where(char.IsDigit).Select(c => (char)('0' + (int)char.GetNumericValue(c))));

    private static bool IsHash(ReadOnlySpan<char> value) => value.Length == SHA256.HashSizeInBytes * 2 && !value.ContainsAnyExcept("0123456789abcdefABCDEF");

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static bool HasControl(string value)
    {
        foreach (var c in value)
        {
            if (char.IsControl(c))
                return true;
        }
        return false;
    }
}
