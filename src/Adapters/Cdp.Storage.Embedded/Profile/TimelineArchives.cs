using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

namespace Cdp.Storage.Embedded.Profile;

/// <summary>Timelines and set-aside events as records.</summary>
internal sealed class TimelineArchives(SqliteDatabase database)
{
    private static readonly string[] Start = ["", "0", "0", "0"];

    public IReadOnlyList<IArchive> All =>
    [
        new Archive<TimelineRecord>(ProfileModule.Name, "timelines", ReadTimelinesAsync, WriteTimelinesAsync),
        new Archive<ForgottenEventRecord>(ProfileModule.Name, "forgotten", ReadForgottenAsync, WriteForgottenAsync),
        new Archive<DeadLetter>(ProfileModule.Name, "dead letters", ReadLettersAsync, WriteLettersAsync),
    ];

    private Task<RecordPage<TimelineRecord>> ReadTimelinesAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = SqlitePages.Split(cursor, Start);
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new TimelineRecord { ProfileId = row.GetString(0), Sequence = row.GetInt64(1), Event = TimelineEvent.Parser.ParseFrom(row.Bytes(2)) },
            record => SqlitePages.Join(record.ProfileId, record.Event.Timestamp, record.Event.Position.Partition, record.Event.Position.Offset),
            """
            SELECT profile_id, sequence, event FROM timeline
            WHERE (profile_id, at, "partition", "offset") > ($1, CAST($2 AS INTEGER), CAST($3 AS INTEGER), CAST($4 AS INTEGER))
                AND length(event) > 0
            ORDER BY profile_id, at, "partition", "offset"
            """,
            after[0], after[1], after[2], after[3]));
    }

    private Task<RecordPage<ForgottenEventRecord>> ReadForgottenAsync(string cursor, CancellationToken cancellationToken)
    {
        var after = SqlitePages.Split(cursor, Start);
        using var reader = database.OpenReader();
        return Task.FromResult(reader.Page(
            row => new ForgottenEventRecord
            {
                ProfileId = row.GetString(0),
                Timestamp = row.GetInt64(1),
                Position = new FeedPosition { Partition = row.GetInt32(2), Offset = row.GetInt64(3) },
            },
            record => SqlitePages.Join(record.ProfileId, record.Timestamp, record.Position.Partition, record.Position.Offset),
            """
            SELECT profile_id, at, "partition", "offset" FROM timeline NOT INDEXED
            WHERE (profile_id, at, "partition", "offset") > ($1, CAST($2 AS INTEGER), CAST($3 AS INTEGER), CAST($4 AS INTEGER))
                AND length(event) = 0
            ORDER BY profile_id, at, "partition", "offset"
            """,
            after[0], after[1], after[2], after[3]));
    }

    // No feed has them any more: their sequence means nothing.
    private Task WriteForgottenAsync(IReadOnlyList<ForgottenEventRecord> records, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, _) =>
        {
            using var insert = new PreparedStatement(connection, "INSERT OR REPLACE INTO timeline VALUES (?1, ?2, ?3, ?4, 0, x'')");
            foreach (var record in records)
                insert.Bind(record.ProfileId).Bind(record.Timestamp).Bind(record.Position.Partition).Bind(record.Position.Offset).Run();
        },
        cancellationToken);

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
