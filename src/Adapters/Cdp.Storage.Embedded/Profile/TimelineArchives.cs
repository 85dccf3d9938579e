using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Timelines and set-aside events as records.</summary>
internal sealed class TimelineArchives(SqliteDatabase database)
{
    public IReadOnlyList<IArchive> All =>
    [
        new Archive<TimelineRecord>(ProfileModule.Name, "timelines", ReadTimelinesAsync, WriteTimelinesAsync),
        new Archive<DeadLetter>(ProfileModule.Name, "dead letters", ReadLettersAsync, WriteLettersAsync),
    ];

    private Task<RecordPage<TimelineRecord>> ReadTimelinesAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = SqlitePages.Split(cursor, "", "0", "0", "0");
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new TimelineRecord { ProfileId = row.GetString(0), Sequence = row.GetInt64(1), Event = TimelineEvent.Parser.ParseFrom(row.Bytes(2)) },
            record => SqlitePages.Join(record.ProfileId, record.Event.Timestamp, record.Event.Position.Partition, record.Event.Position.Offset),
            """
            SELECT profile_id, sequence, event FROM timeline
            WHERE (profile_id, at, "partition", "offset") > ($1, CAST($2 AS INTEGER), CAST($3 AS INTEGER), CAST($4 AS INTEGER))
            ORDER BY profile_id, at, "partition", "offset"
            """,
            after[0], after[1], after[2], after[3]));
    }

    private Task WriteTimelinesAsync(IReadOnlyList<TimelineRecord> records, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            using var insert = new PreparedStatement(connection, "INSERT OR REPLACE INTO timeline VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
            foreach (var record in records)
            {
                var (at, position) = (record.Event.Timestamp, record.Event.Position);
                insert.Bind(record.ProfileId).Bind(at).Bind(position.Partition).Bind(position.Offset).Bind(record.Sequence).Bind(record.Event).Run();
            }
        },
        cancellationToken);

    private Task<RecordPage<DeadLetter>> ReadLettersAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = SqlitePages.Split(cursor, "-1", "0");
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => DeadLetter.Parser.ParseFrom(row.Bytes(0)),
            letter => SqlitePages.Join(letter.Position.Partition, letter.Position.Offset),
            """
            SELECT letter FROM dead_letters WHERE ("partition", "offset") > (CAST($1 AS INTEGER), CAST($2 AS INTEGER)) ORDER BY "partition", "offset"
            """,
            after[0], after[1]));
    }

    private Task WriteLettersAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            foreach (var letter in letters)
            {
                connection.Run(
                    "INSERT OR REPLACE INTO dead_letters VALUES ($1, $2, $3, $4)",
                    letter.Position.Partition, letter.Position.Offset, letter.FailedAt, letter.ToByteArray());
            }
        },
        cancellationToken);
}
