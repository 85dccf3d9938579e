using System.Text.Json.Nodes;

namespace Cdp.Activation.Tests.Fakes;

/// <summary>One request that a receiver got.</summary>
internal sealed record ReceivedWebhook(string Path, string Id, string Timestamp, string Signature, byte[] Bytes)
{
    public JsonNode Body => JsonNode.Parse(Bytes)!;

    public string ProfileId => Body["data"]!["profile"]!["id"]!.GetValue<string>();

    public long Sequence => Body["data"]!["sequence"]!.GetValue<long>();
}
