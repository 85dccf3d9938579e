using System.Text;
using System.Text.Json;
using Cdp.Collection.Intake;
using Cdp.Collection.Log;
using Cdp.Contracts.Collection.V1;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>Blocks of track events, as intake makes them.</summary>
internal static class Blocks
{
    private static readonly SourceIdentity Source = new("src_1", true);

    public static EventBlock Of(params (string User, string MessageId)[] events) => Padded(0, events);

    public static EventBlock Padded(int padding, params (string User, string MessageId)[] events)
    {
        var block = new EventBlock(1024, events.Length);
        foreach (var (user, id) in events)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(new { userId = user, messageId = id, @event = "E", properties = new { text = new string('x', padding) } });
            var fields = EventFields.Read(json, EventType.Track, out _, out _);
            EventEncoder.Write(block, fields, Encoding.UTF8.GetBytes(id), Source, 1, 2, json);
        }
        return block;
    }

    /// <summary>Appends; tells for each event whether it was new or a duplicate: "nd".</summary>
    public static async Task<string> AppendAsync(this IEventLog log, params (string User, string MessageId)[] events)
    {
        using var block = Of(events);
        var duplicates = await log.AppendAsync(block, TestContext.Current.CancellationToken) ?? new bool[events.Length];
        return string.Concat(duplicates.Select(d => d ? 'd' : 'n'));
    }
}
