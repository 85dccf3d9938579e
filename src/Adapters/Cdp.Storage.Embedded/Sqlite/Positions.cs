using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Microsoft.Data.Sqlite;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>A table of names and numbers as records, for moving it.</summary>
internal static class Positions
{
    /// <summary>All rows by name; a position at 0 is the same as none.</summary>
    public static RecordPage<PositionRecord> Read(SqliteConnection reader, string table) => new(
        [
            .. reader.Query(row => new PositionRecord { Name = row.GetString(0), Value = row.GetInt64(1) }, $"SELECT name, value FROM {table} WHERE value <> 0")
                .OrderBy(position => position.Name, StringComparer.Ordinal),
        ],
        null);

    /// <summary>Stores rows.</summary>
    public static Task WriteAsync(SqliteDatabase database, string table, IReadOnlyList<PositionRecord> positions, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (connection, _) =>
            {
                foreach (var position in positions)
                    connection.Run($"INSERT OR REPLACE INTO {table} VALUES ($1, $2)", position.Name, position.Value);
            },
            cancellationToken);
}
