using Cdp.Archives;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>Reads tables in pages for moving them.</summary>
internal static class SqlitePages
{
    private const char Separator = '\n';
    private const int MostRecords = 2000;
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>As many rows of a query in order as make a page.</summary>
    /// <param name="connection">Reader.</param>
    /// <param name="map">Makes a record of a row.</param>
    /// <param name="cursor">Cursor after a record.</param>
    /// <param name="sql">Rows after the former cursor, without limit.</param>
    /// <param name="parameters">Its parameters.</param>
    public static RecordPage<T> Page<T>(
        this SqliteConnection connection, Func<SqliteDataReader, T> map, Func<T, string> cursor, string sql, params ReadOnlySpan<object?> parameters)
        where T : IMessage
    {
        using var command = connection.Prepare(sql, parameters);
        using var rows = command.ExecuteReader();
        var records = new List<T>();
        for (var bytes = 0; rows.Read();)
        {
            var record = map(rows);
            records.Add(record);
            bytes += record.CalculateSize();
            if (records.Count == MostRecords || bytes >= MostBytes)
                return new RecordPage<T>(records, cursor(record));
        }
        return new RecordPage<T>(records, null);
    }

    /// <summary>A cursor of a key with several parts.</summary>
    public static string Join(params ReadOnlySpan<object> parts) => string.Join(Separator, parts.ToArray());

    /// <summary>The parts of a cursor; those of the start where it is empty.</summary>
    public static string[] Split(string cursor, params string[] start) => cursor.Length == 0 ? start : cursor.Split(Separator);
}
