using Cdp.Collection.Discards;
using Cdp.Contracts.Collection.V1;
using Cdp.Storage.Embedded.Sqlite;
using Google.Protobuf;

namespace Cdp.Storage.Embedded.Collection;

/// <summary>Discards in SQLite: a row for each source and code, samples inside.</summary>
public sealed class EmbeddedDiscardStore(CollectionDatabase database) : IDiscardStore
{
    private const int Samples = 20;

    /// <inheritdoc />
    public Task AddAsync(IReadOnlyCollection<DiscardTally> tallies, CancellationToken cancellationToken) => database.Sqlite.WriteAsync(
        (connection, _) =>
        {
            foreach (var tally in tallies)
            {
                var former = connection.Query(
                    row => Discard.Parser.ParseFrom(row.Bytes(0)),
                    "SELECT samples FROM discards WHERE source_id = $1 AND code = $2", tally.SourceId, tally.Code).FirstOrDefault();
                var discard = new Discard { Code = tally.Code, Count = tally.Count + (former?.Count ?? 0), LastAt = tally.LastAt };
                discard.Samples.AddRange(tally.Samples.Reverse().Select(s => new DiscardSample { MessageId = s.MessageId, Detail = s.Detail, At = s.At }));
                if (former is not null)
                    discard.Samples.AddRange(former.Samples.Take(Samples - discard.Samples.Count));
                connection.Run(
                    "INSERT OR REPLACE INTO discards VALUES ($1, $2, $3, $4, $5)",
                    tally.SourceId, tally.Code, discard.Count, discard.LastAt, discard.ToByteArray());
            }
        },
        cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<Discard>> ListAsync(string sourceId, CancellationToken cancellationToken)
    {
        using var reader = database.Sqlite.OpenReader();
        return Task.FromResult<IReadOnlyList<Discard>>(reader.Query(
            row => Discard.Parser.ParseFrom(row.Bytes(0)), "SELECT samples FROM discards WHERE source_id = $1 ORDER BY code", sourceId));
    }
}
