using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cdp.Collection.Discards;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Intake;

/// <summary>What became of a batch.</summary>
/// <param name="Accepted">Events durable for the first time.</param>
/// <param name="Duplicates">Events seen before.</param>
/// <param name="Discards">Events dropped, or kept with a change.</param>
public sealed record IntakeResult(int Accepted, int Duplicates, IReadOnlyList<EventDiscard> Discards);

/// <summary>Checks events, packs them, and makes them durable. The one way into the log.</summary>
public sealed class EventIntake(IEventLog log, DiscardLedger discards, TimeProvider time)
{
    /// <summary>Takes one event (a body without <c>batch</c>) or a batch.</summary>
    /// <param name="body">Body in UTF-8; valid until the call ends.</param>
    /// <param name="outline">Its outline.</param>
    /// <param name="type">Type by the route; unspecified: each event names its own.</param>
    /// <param name="source">Source that sends.</param>
    /// <param name="sharedContext">Context that the transport adds to every event, as a JSON object; empty: none.</param>
    /// <param name="cancellationToken">Cancels the wait; what is queued is written all the same.</param>
    /// <exception cref="LogUnavailableException">Nothing was taken; come again.</exception>
    internal async ValueTask<IntakeResult> TakeAsync(
        ReadOnlyMemory<byte> body, BatchOutline outline, EventType type, SourceIdentity source, ReadOnlyMemory<byte> sharedContext, CancellationToken cancellationToken)
    {
        using var pack = new Pack(source, time.GetUtcNow(), body.Length, outline.Events?.Count ?? 1);
        if (outline.Events is null)
            pack.Add(body.Span, type, outline.SentAt, sharedContext.Span, default);
        else
        {
            outline.CheckShared(body.Span);
            var context = Combine(outline.Context.Of(body.Span), sharedContext.Span);
            foreach (var slice in outline.Events)
                pack.Add(slice.Of(body.Span), EventType.Unspecified, outline.SentAt, context, outline.Integrations.Of(body.Span));
            if (outline.Events.Count == 0)
                pack.Discard(DiscardCodes.EmptyBatch, "batch: expected at least one event.");
        }
        return await CommitAsync(pack, source, cancellationToken);
    }

    /// <summary>Takes events that stand alone, each as JSON.</summary>
    /// <exception cref="LogUnavailableException">Nothing was taken; come again.</exception>
    internal async ValueTask<IntakeResult> TakeAsync(IReadOnlyCollection<ReadOnlyMemory<byte>> events, SourceIdentity source, CancellationToken cancellationToken)
    {
        using var pack = new Pack(source, time.GetUtcNow(), events.Sum(e => e.Length), events.Count);
        foreach (var json in events)
            pack.AddUnchecked(json.Span);
        return await CommitAsync(pack, source, cancellationToken);
    }

    /// <summary>Takes one event; tells its message id, as sent or as stamped.</summary>
    /// <exception cref="LogUnavailableException">It was not taken; come again.</exception>
    internal async ValueTask<(IntakeResult Result, string MessageId)> TakeOneAsync(ReadOnlyMemory<byte> json, SourceIdentity source, CancellationToken cancellationToken)
    {
        using var pack = new Pack(source, time.GetUtcNow(), json.Length, 1);
        pack.AddUnchecked(json.Span);
        var packed = EventBatch.Parser.ParseFrom(pack.Block.Bytes.Span).Events;
        var messageId = packed.Count > 0 ? packed[0].MessageId : "";
        return (await CommitAsync(pack, source, cancellationToken), messageId);
    }

    private static ReadOnlySpan<byte> Combine(ReadOnlySpan<byte> context, ReadOnlySpan<byte> sharedContext)
    {
        if (context.IsEmpty || sharedContext.IsEmpty)
            return context.IsEmpty ? sharedContext : context;
        var combined = new ArrayBufferWriter<byte>(context.Length + sharedContext.Length);
        EventBody.WriteMerged(combined, context, sharedContext);
        return combined.WrittenSpan;
    }

    private async ValueTask<IntakeResult> CommitAsync(Pack pack, SourceIdentity source, CancellationToken cancellationToken)
    {
        var duplicates = pack.Block.Entries.Count == 0 ? null : await AppendAsync(pack, cancellationToken);
        // Told only after the rest is durable: a batch that is sent again must not count its discards twice.
        if (pack.Discards.Count > 0)
            discards.Add(source.Id, pack.Discards);
        var repeated = duplicates?.Count(d => d) ?? 0;
        IntakeTelemetry.Settled(repeated, pack.Discards.Count);
        return new IntakeResult(pack.Block.Entries.Count - repeated, repeated, pack.Discards);
    }

    private async ValueTask<bool[]?> AppendAsync(Pack pack, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            return await log.AppendAsync(pack.Block, cancellationToken);
        }
        catch (LogUnavailableException exception)
        {
            error = exception.IsOverload ? "overload" : "unavailable";
            throw;
        }
        finally
        {
            IntakeTelemetry.Sent(pack.Span, pack.Block.Entries.Count, started, error);
        }
    }

    private sealed class Pack(SourceIdentity source, DateTimeOffset receivedAt, int bytes, int events) : IDisposable
    {
        // What the log's record adds to an event's JSON: ids, times, lengths.
        private const int RecordOverhead = 256;
        private readonly long _receivedAt = receivedAt.ToUnixTimeMilliseconds();
        private byte[]? _traceparent;
        private ArrayBufferWriter<byte>? _merged;
        private List<EventDiscard>? _discards;
        private int _index = -1;

        public EventBlock Block { get; } = new(bytes + (events * RecordOverhead), events);

        // Started with the pack, because the events that are packed carry it on.
        public Activity? Span { get; } = IntakeTelemetry.Start();

        public IReadOnlyList<EventDiscard> Discards => _discards ?? (IReadOnlyList<EventDiscard>)[];

        public void Dispose()
        {
            Block.Dispose();
            Span?.Dispose();
        }

        public void Discard(string code, string detail, ReadOnlySpan<byte> messageId = default, bool kept = false) =>
            (_discards ??= []).Add(new EventDiscard(Math.Max(_index, 0), Encoding.UTF8.GetString(messageId), code, detail, kept));

        // For events that did not come as part of a body which was checked as a whole.
        public void AddUnchecked(ReadOnlySpan<byte> json)
        {
            if (!System.Text.Unicode.Utf8.IsValid(json))
            {
                _index++;
                Discard(DiscardCodes.EventNotObject, "The event is not valid UTF-8.");
                return;
            }
            if (LoneSurrogates.AreIn(json))
            {
                var mended = json.ToArray();
                LoneSurrogates.Replace(mended);
                json = mended;
            }
            Add(json, EventType.Unspecified, null, default, default);
        }

        public void Add(ReadOnlySpan<byte> json, EventType type, DateTimeOffset? sentAt, ReadOnlySpan<byte> context, ReadOnlySpan<byte> integrations)
        {
            _index++;
            try
            {
                AddChecked(json, type, sentAt, context, integrations);
            }
            catch (JsonException)
            {
                Discard(DiscardCodes.EventNotObject, $"The event is not valid JSON; one object with at most {IntakeLimits.Depth} levels was expected.");
            }
        }

        private void AddChecked(ReadOnlySpan<byte> json, EventType type, DateTimeOffset? sentAt, ReadOnlySpan<byte> context, ReadOnlySpan<byte> integrations)
        {
            var fields = EventFields.Read(json, type, out var code, out var detail);
            var body = code is null && source.Enabled ? Body(json, fields, context, integrations) : json;
            if (!source.Enabled)
                (code, detail) = (DiscardCodes.SourceDisabled, "The source is disabled.");
            else if (body.Length > IntakeLimits.EventBytes)
                (code, detail) = (DiscardCodes.EventTooLarge, $"The event has {body.Length} bytes, with what its batch shares; at most {IntakeLimits.EventBytes} are taken.");
            if (code is not null)
            {
                Discard(code, detail!, fields.MessageId);
                return;
            }
            Span<byte> stamped = stackalloc byte[36];
            scoped var messageId = fields.MessageId;
            if (messageId.IsEmpty)
            {
                Guid.CreateVersion7(receivedAt).TryFormat(stamped, out _);
                messageId = stamped;
            }
            var timestamp = Timestamp(fields, sentAt ?? fields.SentAt, messageId);
            EventEncoder.Write(Block, fields, messageId, source, timestamp, _receivedAt, body, _traceparent ??= IntakeTelemetry.ContextOf(Span));
            if (Block.Length > IntakeLimits.PackedBytes)
                throw new BadBodyException($"batch: context and integrations, merged into every event, make more than {IntakeLimits.PackedBytes} bytes.");
        }

        private long Timestamp(in EventFields fields, DateTimeOffset? sentAt, ReadOnlySpan<byte> messageId)
        {
            if (!fields.TimestampInvalid)
            {
                if (fields.Timestamp is not { } original)
                    return _receivedAt;
                if (EventTime.TryCorrect(original, sentAt, receivedAt, out var timestamp))
                    return timestamp.ToUnixTimeMilliseconds();
            }
            Discard(
                DiscardCodes.TimestampInvalid,
                "timestamp: expected ISO 8601, from the year 1900 to a day ahead; the time of receipt was taken instead.", messageId, kept: true);
            return _receivedAt;
        }

        private ReadOnlySpan<byte> Body(ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> context, ReadOnlySpan<byte> integrations)
        {
            if (context.IsEmpty && integrations.IsEmpty)
                return json;
            _merged ??= new ArrayBufferWriter<byte>(json.Length + context.Length + integrations.Length + 64);
            _merged.ResetWrittenCount();
            EventBody.Write(_merged, json, fields.Context, context, fields.Integrations, integrations);
            return _merged.WrittenSpan;
        }
    }
}
