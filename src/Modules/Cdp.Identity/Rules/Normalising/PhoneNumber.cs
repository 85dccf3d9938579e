using PhoneNumbers;

namespace Cdp.Identity.Rules.Normalising;

/// <summary>Phone numbers in E.164, the one form that is the same from everywhere.</summary>
internal static class PhoneNumber
{
    private const string Separators = " ()-./";

    /// <summary>Whether numbers of a region are known.</summary>
    public static bool IsRegion(string region) => PhoneNumberUtil.GetInstance().GetSupportedRegions().Contains(region);

    /// <summary>
    /// The number; null where there can be none like it. A national number without a region stays as it is: whose country it
    /// is of, nobody can tell.
    /// </summary>
    public static string? Normalise(string value, string region)
    {
        if (region.Length == 0 && !value.Contains('+', StringComparison.Ordinal))
            return value.Any(char.IsDigit) && value.All(c => char.IsDigit(c) || Separators.Contains(c, StringComparison.Ordinal)) ? value : null;
        var util = PhoneNumberUtil.GetInstance();
        try
        {
            var number = util.Parse(value, region.Length == 0 ? null : region);
            if (util.IsPossibleNumberWithReason(number) != PhoneNumberUtil.ValidationResult.IS_POSSIBLE)
                return null;
            var text = util.Format(number, PhoneNumberFormat.E164);
            // Behind a switchboard, each extension is another person.
            return number.HasExtension ? $"{text};ext={number.Extension}" : text;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
