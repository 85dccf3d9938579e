using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Identity;

/// <summary>Reads persons, one after another.</summary>
internal sealed class PersonReader(SqliteConnection reader) : IDisposable
{
    private readonly SqliteCommand _person = reader.Prepare(
        """
        SELECT p.created_at, i.type, i.value, i.created_at, i.source_id, i.message_id
        FROM persons p LEFT JOIN identifiers i ON i.person_id = p.id WHERE p.id = $1 ORDER BY i.type, i.value
        """, "");

    private readonly SqliteCommand _ties = reader.Prepare(
        "SELECT hash FROM ties WHERE person_id = $1 UNION ALL SELECT t.hash FROM absorbed a JOIN ties t ON t.person_id = a.id WHERE a.person_id = $1", "");

    private readonly SqliteCommand _absorbed = reader.Prepare("SELECT count(*) FROM absorbed WHERE person_id = $1", "");

    /// <summary>A person by canonical id; null where there is none.</summary>
    public StoredPerson? Load(string id)
    {
        _person.Parameters[0].Value = id;
        using var row = _person.ExecuteReader();
        if (!row.Read())
            return null;
        var identifiers = new List<StoredIdentifier>();
        var createdAt = row.GetInt64(0);
        do
        {
            if (!row.IsDBNull(1))
                identifiers.Add(new StoredIdentifier(new IdentifierKey(row.GetString(1), row.GetString(2)), row.GetInt64(3), row.GetString(4), row.GetString(5)));
        }
        while (row.Read());
        return new StoredPerson(id, createdAt, identifiers, Ties(id), Absorbed(id));
    }

    public void Dispose()
    {
        _person.Dispose();
        _ties.Dispose();
        _absorbed.Dispose();
    }

    private List<ulong> Ties(string id)
    {
        _ties.Parameters[0].Value = id;
        using var rows = _ties.ExecuteReader();
        var ties = new List<ulong>();
        while (rows.Read())
            ties.Add((ulong)rows.GetInt64(0));
        return ties;
    }

    private int Absorbed(string id)
    {
        _absorbed.Parameters[0].Value = id;
        return Convert.ToInt32(_absorbed.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
