using Cdp.Contracts.Failures;

namespace Cdp.Activation.Destinations;

/// <summary>What every kind of destination must have.</summary>
internal static class DestinationValidator
{
    private const int LongestName = 200;
    private const int LongestCategory = 100;
    private const int MostCategories = 50;

    public static IEnumerable<FieldError> Name(string? name)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > LongestName))
            yield return new FieldError("name", $"has {name.Length} characters; expected 1 to {LongestName}, not only blanks");
    }

    public static IEnumerable<FieldError> Categories(IReadOnlyList<string>? categories, string field)
    {
        if (categories is null)
            yield break;
        if (categories.Count > MostCategories)
            yield return new FieldError(field, $"has {categories.Count} categories; expected at most {MostCategories}");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < categories.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(categories[i]) || categories[i].Length > LongestCategory)
                yield return new FieldError($"{field}[{i}]", $"has {categories[i].Length} characters; expected 1 to {LongestCategory}, not only blanks");
            else if (!seen.Add(categories[i]))
                yield return new FieldError($"{field}[{i}]", "names a category that the list has already");
        }
    }
}
