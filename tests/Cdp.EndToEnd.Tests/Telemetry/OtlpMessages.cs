using System.Text;
using Google.Protobuf;

namespace Cdp.EndToEnd.Tests.Telemetry;

/// <summary>
/// The little of OTLP that tests read: https://github.com/open-telemetry/opentelemetry-proto. Requests for traces and metrics
/// have the same shape: a resource, then scopes, then what each scope tells.
/// </summary>
internal static class OtlpMessages
{
    public static IEnumerable<ReceivedSpan> Spans(byte[] request) =>
        from item in Items(request)
        let span = Fields(item.Item)
        select new ReceivedSpan(item.Service, item.Scope, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4));

    public static IEnumerable<(string Service, string Metric)> Metrics(byte[] request) =>
        from item in Items(request) select (item.Service, Text(Fields(item.Item), 1));

    private static IEnumerable<(string Service, string Scope, byte[] Item)> Items(byte[] request) =>
        from ofResource in Fields(request)[1]
        let resource = Fields(ofResource)
        let service = ServiceName(resource[1].First())
        from ofScope in resource[2]
        let scope = Fields(ofScope)
        let name = scope.Contains(1) ? Text(Fields(scope[1].First()), 1) : ""
        from item in scope[2]
        select (service, name, item);

    private static string ServiceName(byte[] resource) =>
        (from attribute in Fields(resource)[1]
         let pair = Fields(attribute)
         where Text(pair, 1) == "service.name"
         select Text(Fields(pair[2].First()), 1)).Single();

    private static string Text(ILookup<int, byte[]> message, int field) => Encoding.UTF8.GetString(message[field].FirstOrDefault() ?? []);

    private static string Hex(ILookup<int, byte[]> message, int field) => Convert.ToHexStringLower(message[field].FirstOrDefault() ?? []);

    // The fields that have a length, by number.
    private static ILookup<int, byte[]> Fields(byte[] message)
    {
        var fields = new List<(int Number, byte[] Value)>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                fields.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes().ToByteArray()));
            else
                input.SkipLastField();
        }
        return fields.ToLookup(f => f.Number, f => f.Value);
    }
}
