using System.Collections;
using Cdp.SegmentSearch.Index;
using Cdp.Storage.Elastic.Connection;
using Cdp.Storage.Elastic.Indices;
using Cdp.Storage.Elastic.Searching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>
/// Keeps the engine's index as the one in memory: compares both when memory is filled, then writes what changes. Builds a
/// new index where there is none, where its documents are of another version, and where it is asked to.
/// </summary>
internal sealed partial class ProfileIndexer(
    ElasticClient client, ElasticAddress address, ProfileIndices indices, IndexNames names, IndexFollower follower, IndexComparison comparison,
    BulkWriter writer, IndexReader reader, IIndexedProfiles profiles, EngineState state, IOptions<ElasticOptions> options, TimeProvider time,
    ILogger<ProfileIndexer> logger) : BackgroundService
{
    private const int ChangesAtOnce = 2_000;
    private const int SweepPage = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private bool _rebuild = options.Value.Rebuild;

    private string[] Live => [names.Live];

    /// <summary>Finds out what the engine is and has; throws, with one clear line, where it cannot be used.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        state.Engine = await Engine.ConnectAsync(client, address, cancellationToken);
        try
        {
            var found = await indices.FindAsync(cancellationToken);
            foreach (var unfinished in found.Others)
                await indices.DeleteAsync(unfinished, cancellationToken);
            if (found.Live is null)
                await indices.CreateAsync(found.LastNumber + 1, names.Live, cancellationToken);
        }
        catch (ElasticException exception)
        {
            throw new InvalidOperationException(
                $"{ElasticAddress.Setting}: {state.Engine.Name} at {address.Uri} refuses to show or create the index {names.Live}-*: {exception.Message}; needed are the rights to do so, and a cluster that takes writes.",
                exception);
        }
        LogConnected(state.Engine.Name, names.Live);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await follower.WaitAsync(stoppingToken);
                if (follower.TakeComparison())
                    await CompareAsync(stoppingToken);
                else if (_rebuild)
                    await BuildAsync(stoppingToken);
                else
                    await WriteChangesAsync(Live, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (IndexGoneException)
            {
                LogGone(names.Live);
                follower.Recheck();
            }
            catch (Exception exception)
            {
                LogFailed(exception.Message, exception is ElasticException or InvalidOperationException ? null : exception);
                state.Problem = exception.Message;
                follower.Recheck();
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        state.Serves = false;
        var found = await indices.FindAsync(cancellationToken);
        var current = found is { Live: not null, IsCurrent: true }
            ? await comparison.RunAsync(strays => writer.WriteAsync(strays, Live, cancellationToken), cancellationToken)
            : null;
        if (current is null)
            await BuildAsync(cancellationToken);
        else
        {
            var written = await SweepAsync(current, Live, Live, cancellationToken);
            LogCompared(written, names.Live);
        }
        follower.Compared();
        (state.Serves, state.Problem) = (true, null);
        if (_rebuild)
            await BuildAsync(cancellationToken);
    }

    // Searches use the former index until the new one holds everything. Changes go to both, where the former one takes them.
    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var found = await indices.FindAsync(cancellationToken);
        foreach (var unfinished in found.Others)
            await indices.DeleteAsync(unfinished, cancellationToken);
        var index = await indices.CreateAsync(found.LastNumber + 1, names.Next, cancellationToken);
        LogBuilding(index);
        string[] next = [names.Next];
        await SweepAsync(new BitArray(0), next, state.Serves ? [names.Live, names.Next] : next, cancellationToken);
        await reader.RefreshAsync(names.Next, cancellationToken);
        await indices.SwapAsync(found.Live, index, cancellationToken);
        _rebuild = false;
        LogBuilt(index, names.Live);
    }

    // Writes all profiles that are not up to date, and meanwhile what changes.
    private async Task<int> SweepAsync(BitArray current, string[] aliases, string[] ofChanges, CancellationToken cancellationToken)
    {
        var written = 0;
        for (var ordinal = 0; ;)
        {
            var ids = new List<string>(SweepPage);
            var isEnd = profiles.Read(() =>
            {
                for (; ordinal < profiles.Ordinals && ids.Count < SweepPage; ordinal++)
                {
                    if ((ordinal >= current.Length || !current[ordinal]) && profiles.IdOf(ordinal) is { } id)
                        ids.Add(id);
                }
                return ordinal >= profiles.Ordinals;
            });
            await writer.WriteAsync(ids, aliases, cancellationToken);
            written += ids.Count;
            await WriteChangesAsync(ofChanges, cancellationToken);
            if (isEnd)
                return written;
        }
    }

    private async Task WriteChangesAsync(string[] aliases, CancellationToken cancellationToken)
    {
        while (follower.Take(ChangesAtOnce) is { Count: > 0 } changed)
        {
            await writer.WriteAsync(changed, aliases, cancellationToken);
            follower.Done();
        }
    }

    [LoggerMessage(EventId = 432, Level = LogLevel.Information, Message = "Profiles are searched with {Engine}, in the index {Alias}.")]
    private partial void LogConnected(string engine, string alias);

    [LoggerMessage(EventId = 433, Level = LogLevel.Information, Message = "{Profiles} profiles differed from the index {Alias} and were written.")]
    private partial void LogCompared(int profiles, string alias);

    [LoggerMessage(EventId = 434, Level = LogLevel.Information, Message = "The index {Index} is being built.")]
    private partial void LogBuilding(string index);

    [LoggerMessage(EventId = 435, Level = LogLevel.Information, Message = "The index {Index} is complete and stands behind {Alias}.")]
    private partial void LogBuilt(string index, string alias);

    [LoggerMessage(EventId = 436, Level = LogLevel.Warning, Message = "The index {Alias} is gone; it is built again.")]
    private partial void LogGone(string alias);

    [LoggerMessage(EventId = 437, Level = LogLevel.Error, Message = "The index could not be written: {Reason}; it is tried again.")]
    private partial void LogFailed(string reason, Exception? exception);
}
