using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Deletes commits that the deduplication window does not need any more, hour by hour, beside the writer. The last one stays
/// always: it holds the heads.
/// </summary>
internal sealed partial class CommitTrim(KafkaConnection connection, Topics topics, TimeSpan window, ILogger logger) : IAsyncDisposable
{
    // The clock may be set back between two commits.
    private const int SpareHours = 2;
    private readonly int _hours = (int)Math.Ceiling(window.TotalHours) + SpareHours;
    private readonly Queue<(long Hour, long Offset)> _begins = new();
    private long _newest = long.MinValue;
    private Task _deleting = Task.CompletedTask;

    /// <summary>Notes a commit.</summary>
    public void Committed(long offset, long receivedAt)
    {
        var hour = receivedAt / 3_600_000;
        if (hour <= _newest)
            return;
        _newest = hour;
        _begins.Enqueue((hour, offset));
        long? before = null;
        // An hour can go when the next one is too old, too.
        while (_begins.Count > 1 && _begins.ElementAt(1).Hour < hour - _hours)
        {
            _begins.Dequeue();
            before = _begins.Peek().Offset;
        }
        if (before is { } end && _deleting.IsCompleted)
            _deleting = DeleteAsync(end);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _deleting;

    private async Task DeleteAsync(long before)
    {
        try
        {
            using var admin = connection.Admin();
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(topics.Commits, 0, before)], new DeleteRecordsOptions { RequestTimeout = connection.Timeout });
        }
        catch (KafkaException exception)
        {
            LogFailed(exception.Error.Code);
        }
    }

    [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "Commits before the deduplication window could not be deleted from Kafka ({Error}); nothing is lost, it is tried again within hours, and until then a start reads more.")]
    private partial void LogFailed(ErrorCode error);
}
