using Cdp.Rest.Rpcs;

namespace Cdp.Gateway.Forwarding;

/// <summary>The public rpcs, each passed on to its stage; all others are not there. Who may call is the door's business.</summary>
internal static class GrpcRoutes
{
    public static void MapPublicRpcs(this IEndpointRouteBuilder endpoints)
    {
        var forwarder = endpoints.ServiceProvider.GetRequiredService<StageForwarder>();
        foreach (var path in PublicRpcs.Paths)
        {
            var stage = StageOf(path);
            endpoints.MapPost(path, (RequestDelegate)(context => forwarder.ForwardGrpcAsync(context, stage))).ExcludeFromDescription();
        }
    }

    // /cdp.segment_search.v1.SegmentService/GetSegment is served by segment-search.
    private static string StageOf(string path) => path.Split('.')[1].Replace('_', '-');
}
