using System.Globalization;
using Cdp.Storage.Elastic.Connection;
using Microsoft.Extensions.Options;

namespace Cdp.Storage.Elastic.Indices;

/// <summary>Names under which the engine knows the platform's things.</summary>
internal sealed class IndexNames(IOptions<ElasticOptions> options)
{
    private const int Digits = 6;

    /// <summary>Alias of the index that searches use.</summary>
    public string Live { get; } = $"{options.Value.IndexPrefix}-profiles";

    /// <summary>Alias of the one that is being built; writing through it never creates an index.</summary>
    public string Next => $"{Live}-next";

    /// <summary>All of them, as a pattern.</summary>
    public string All => $"{Live},{Next},{Live}-*";

    /// <summary>Name of the index of a number.</summary>
    public string Of(int number) => $"{Live}-{number.ToString($"D{Digits}", CultureInfo.InvariantCulture)}";

    /// <summary>The number of an index; null where the name is none of the platform's.</summary>
    public int? NumberOf(string index) =>
        index.Length == Live.Length + 1 + Digits && index.StartsWith(Live + "-", StringComparison.Ordinal)
        && int.TryParse(index.AsSpan(Live.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
