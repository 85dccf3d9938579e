using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Grpc.Core;

namespace Cdp.Collection.Feed;

/// <summary>Events of one call on their way into intake, in portions of bounded size, and what became of them.</summary>
internal sealed class IngestCall(EventIntake intake)
{
    // A stream may have any number of events, its answer may not: later discards show in the source's discards only.
    private const int MostListed = 10_000;
    private const int PortionEvents = 200;
    private readonly List<ReadOnlyMemory<byte>> _pending = [];
    private int _bytes;
    private int _taken;

    /// <summary>What became of the events so far.</summary>
    public IngestBatchResponse Response { get; } = new();

    /// <summary>Whether it is time to flush.</summary>
    public bool IsFull => _pending.Count >= PortionEvents || _bytes >= IntakeLimits.BodyBytes;

    public void Add(ReadOnlyMemory<byte> json)
    {
        _pending.Add(json);
        _bytes += json.Length;
    }

    public async Task FlushAsync(SourceIdentity source, CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
            return;
        var result = await TakeAsync(() => intake.TakeAsync(_pending, source, cancellationToken));
        Response.Accepted += result.Accepted;
        Response.Duplicates += result.Duplicates;
        Response.Discarded.AddRange(result.Discards.Where(d => !d.Kept).Take(MostListed - Response.Discarded.Count).Select(d => Map(d, _taken)));
        _taken += _pending.Count;
        _pending.Clear();
        _bytes = 0;
    }

    public static IngestResult Map(EventDiscard discard, int firstIndex) => new()
    {
        Index = firstIndex + discard.Index,
        MessageId = discard.MessageId,
        DiscardCode = discard.Code,
        Detail = discard.Detail,
    };

    /// <summary>Takes events; a log that cannot take them is an error of gRPC.</summary>
    public static async Task<T> TakeAsync<T>(Func<ValueTask<T>> take)
    {
        try
        {
            return await take();
        }
        catch (LogUnavailableException exception) when (exception.IsOverload)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, exception.Message));
        }
        catch (LogUnavailableException exception)
        {
            throw Failure.Unavailable(exception.Message);
        }
    }
}
