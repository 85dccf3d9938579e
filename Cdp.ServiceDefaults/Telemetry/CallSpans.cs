using System.Diagnostics;
using OpenTelemetry;

namespace Cdp.ServiceDefaults.Telemetry;

/// <summary>
/// Leaves out what background work calls: it belongs to the trace of an event or to none, or each poll would be a trace of
/// its own. Names spans of gRPC calls by their method, as the conventions want. Of a webhook's address it tells the server
/// only: the path may be a secret.
/// </summary>
internal sealed class CallSpans : BaseProcessor<Activity>
{
    public const string GrpcSource = "Grpc.Net.Client";
    private const string GrpcMethod = "grpc.method";
    private const string WebhookSource = "Cdp.Activation";
    private const string Url = "url.full";

    public override void OnStart(Activity data)
    {
        if (data.Kind == ActivityKind.Client && data.ParentId is null)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
        else if (data.Source.Name == GrpcSource && data.GetTagItem(GrpcMethod) is string method)
            data.DisplayName = method.TrimStart('/');
    }

    public override void OnEnd(Activity data)
    {
        if (data.Parent?.Source.Name == WebhookSource && data.GetTagItem(Url) is string url && Uri.TryCreate(url, UriKind.Absolute, out var address))
            data.SetTag(Url, address.GetLeftPart(UriPartial.Authority));
    }
}
