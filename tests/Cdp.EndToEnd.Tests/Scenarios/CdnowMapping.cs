namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>CDNOW's purchases as events: customer id in the sample, date, CDs, dollars; no header.</summary>
internal static class CdnowMapping
{
    public const string Json = """
        {
          "dataset": "cdnow", "format": "csv", "delimiter": "whitespace", "has_header": false,
          "type": "track", "event": {"constant": "Order Completed"},
          "user_id": {"column": "2"},
          "timestamp": {"column": "3", "as": "timestamp", "format": "yyyyMMdd"},
          "properties": {"quantity": {"column": "4", "as": "number"}, "revenue": {"column": "5", "as": "number"}},
          "message_id": {"row_number": true}
        }
        """;
}
