using System.ComponentModel.DataAnnotations;

namespace Cdp.Storage.Elastic.Connection;

/// <summary>Settings of the search engine, at <c>Cdp:Elasticsearch</c>. Its address is the connection string <c>elasticsearch</c>.</summary>
public sealed class ElasticOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Elasticsearch";

    /// <summary>What the names of indices begin with.</summary>
    [RegularExpression("^[a-z0-9][a-z0-9_-]{0,99}$", ErrorMessage = $"{Section}:IndexPrefix: expected 1 to 100 lower case letters, digits, _ and -, none of the last two in front.")]
    public string IndexPrefix { get; set; } = "cdp";

    /// <summary>Whether the index is built anew at start, beside the one that searches use until it is ready.</summary>
    public bool Rebuild { get; set; }
}
