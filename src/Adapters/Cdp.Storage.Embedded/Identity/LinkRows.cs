using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Links, one row for each pair of identifiers.</summary>
internal static class LinkRows
{
    public const string Schema = """
        CREATE TABLE links (a_type TEXT, a_value TEXT, k_type TEXT, k_value TEXT, link BLOB NOT NULL, PRIMARY KEY (a_type, a_value, k_type, k_value)) WITHOUT ROWID;
        CREATE INDEX links_by_known ON links (k_type, k_value)
        """;

    private const string Naming = "(a_type = $1 AND a_value = $2) OR (k_type = $1 AND k_value = $2)";

    /// <summary>Stores a link, unless one of the same two identifiers is there.</summary>
    public static void Add(SqliteConnection connection, Link link) => connection.Run(
        "INSERT OR IGNORE INTO links VALUES ($1, $2, $3, $4, $5)", link.Anonymous.Type, link.Anonymous.Value, link.Known.Type, link.Known.Value, link.ToByteArray());

    /// <summary>Links that name any of the identifiers, each once, oldest event first.</summary>
    public static IReadOnlyList<Link> Of(SqliteConnection connection, IReadOnlyCollection<IdentifierKey> identifiers)
    {
        var found = new HashSet<Link>();
        foreach (var (type, value) in identifiers)
            found.UnionWith(connection.Query(row => Link.Parser.ParseFrom(row.Bytes(0)), $"SELECT link FROM links WHERE {Naming}", type, value));
        return [.. found.OrderBy(l => l.Timestamp)];
    }

    /// <summary>Forgets the links of a person.</summary>
    public static void Forget(SqliteConnection connection, string person)
    {
        foreach (var (type, value) in connection.Query(row => (row.GetString(0), row.GetString(1)), "SELECT type, value FROM identifiers WHERE person_id = $1", person))
            connection.Run($"DELETE FROM links WHERE {Naming}", type, value);
    }
}
