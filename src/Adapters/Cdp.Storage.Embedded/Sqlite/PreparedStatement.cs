using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>
/// A statement of the writer that runs for every row of a batch. It is prepared once and binds by place, because looking
/// parameters up by name costs more than the row itself.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;
    private byte[] _message = new byte[4096];
    private int _bound;

    public PreparedStatement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out _statement));
    }

    /// <summary>The value of the next parameter.</summary>
    public PreparedStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    /// <summary>The value of the next parameter.</summary>
    public PreparedStatement Bind(string value)
    {
        Check(raw.sqlite3_bind_text(_statement, ++_bound, value));
        return this;
    }

    /// <summary>A message as the next parameter; it is copied.</summary>
    public PreparedStatement Bind(IMessage value)
    {
        var size = value.CalculateSize();
        if (size > _message.Length)
            _message = new byte[Math.Max(size, _message.Length * 2)];
        value.WriteTo(_message.AsSpan(0, size));
        Check(raw.sqlite3_bind_blob(_statement, ++_bound, _message.AsSpan(0, size)));
        return this;
    }

    /// <summary>Runs it with the values bound; returns the number of rows that it changed.</summary>
    /// <exception cref="SqliteException">The statement failed.</exception>
    public int Run()
    {
        _bound = 0;
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        Check(result);
        return raw.sqlite3_changes(_connection.Handle);
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
            throw new SqliteException($"{raw.sqlite3_errmsg(_connection.Handle).utf8_to_string()} (SQLite {result})", result);
    }
}
