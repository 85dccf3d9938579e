using Cdp.SegmentSearch.Index;
using Cdp.Storage.Elastic.Connection;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>
/// Writes the present state of profiles until the engine has taken it. Where the engine is not ready (too many requests, a
/// full disk, a read-only index, no answer), batches become smaller and pauses longer, and it goes on by itself.
/// </summary>
internal sealed partial class BulkWriter(
    ElasticClient client, IIndexedProfiles profiles, EngineState state, TimeProvider time, ILogger<BulkWriter> logger) : IDisposable
{
    private const int FewestProfiles = 25;
    private const int MostProfiles = 1_000;
    private const int MostBytes = 4 << 20;

    // Engines take requests of up to 100 MB.
    private const int MostDocumentBytes = 40 << 20;

    // Who writes the index in memory waits for who reads it.
    private const int ProfilesAtOnce = 50;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly BulkRequest _request = new(profiles);
    private readonly Dictionary<string, long> _unfit = new(StringComparer.Ordinal);
    private int _size = MostProfiles / 2;

    /// <summary>Writes profiles, those that are not in the index in memory as deletions.</summary>
    /// <exception cref="IndexGoneException">One of the indices is not there.</exception>
    public async Task WriteAsync(IEnumerable<string> ids, IReadOnlyList<string> aliases, CancellationToken cancellationToken)
    {
        var waiting = new Queue<string>(ids);
        var pause = ShortestPause;
        while (waiting.Count > 0)
        {
            var batch = Fill(waiting, aliases);
            var again = await SendAsync(batch, cancellationToken);
            if (again.Count == 0)
            {
                _size = Math.Min(_size * 2, MostProfiles);
                (pause, state.Problem) = (ShortestPause, null);
                continue;
            }
            waiting = new Queue<string>(again.Concat(waiting));
            _size = Math.Max(_size / 2, FewestProfiles);
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _request.Dispose();

    private List<string> Fill(Queue<string> waiting, IReadOnlyList<string> aliases)
    {
        _request.Clear();
        var batch = new List<string>(Math.Min(_size, waiting.Count));
        while (batch.Count < _size && _request.Lines.Length < MostBytes && waiting.Count > 0)
        {
            profiles.Read(() =>
            {
                for (var i = 0; i < ProfilesAtOnce && batch.Count < _size && _request.Lines.Length < MostBytes && waiting.TryDequeue(out var id); i++)
                {
                    Add(id, aliases);
                    batch.Add(id);
                }
                return true;
            });
        }
        return batch;
    }

    // What the index cannot hold is not left there in an old state, either.
    private void Add(string id, IReadOnlyList<string> aliases)
    {
        if (profiles.OrdinalOf(id) is { } profile)
        {
            var sequence = profiles.SequenceOf(profile);
            if (_unfit.TryGetValue(id, out var refused) && refused == sequence)
                _request.AddDeletion(id, aliases);
            else if (_request.TryAdd(id, profile, aliases, MostDocumentBytes))
                _unfit.Remove(id);
            else
            {
                MarkUnfit(id, sequence, "too large");
                _request.AddDeletion(id, aliases);
            }
        }
        else
        {
            _unfit.Remove(id);
            _request.AddDeletion(id, aliases);
        }
        state.Unfit = _unfit.Count;
    }

    // Gives back what has to be sent again.
    private async Task<IReadOnlyCollection<string>> SendAsync(List<string> batch, CancellationToken cancellationToken)
    {
        BulkAnswer answer;
        try
        {
            using var document = await client.BulkAsync(_request.Lines, cancellationToken);
            answer = BulkAnswer.Read(document.RootElement, _request.Items);
        }
        catch (ElasticException exception)
        {
            Refuse(batch.Count, exception.Message);
            return batch;
        }
        if (answer.IsGone)
            throw new IndexGoneException();
        ElasticMetrics.BatchSize.Record(batch.Count);
        ElasticMetrics.Written.Add(answer.Written);
        ElasticMetrics.Unchanged.Add(answer.Unchanged);
        foreach (var id in answer.Unfit)
            profiles.Read(() => profiles.OrdinalOf(id) is { } profile && MarkUnfit(id, profiles.SequenceOf(profile), answer.Reason));
        if (answer.Refused.Count > 0)
            Refuse(answer.Refused.Count, $"it refuses writes ({answer.Reason})");
        return [.. answer.Refused, .. answer.Unfit];
    }

    private bool MarkUnfit(string id, long sequence, string reason)
    {
        _unfit[id] = sequence;
        ElasticMetrics.Unfit.Add(1);
        LogUnfit(id, reason);
        return true;
    }

    private void Refuse(int count, string reason)
    {
        ElasticMetrics.Refused.Add(count);
        var problem = $"{ElasticAddress.Setting}: {reason}; searches are not up to date until it recovers.";
        if (state.Problem != problem)
            LogRefused(problem);
        state.Problem = problem;
    }

    [LoggerMessage(EventId = 430, Level = LogLevel.Warning, Message = "{Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(EventId = 431, Level = LogLevel.Error, Message = "Profile {ProfileId} cannot be indexed ({Reason}); it is left out of searches until it changes.")]
    private partial void LogUnfit(string profileId, string reason);
}
