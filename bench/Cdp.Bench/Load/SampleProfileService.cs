using Cdp.Contracts.Profile.V1;
using Grpc.Core;

namespace Cdp.Bench.Load;

/// <summary>A profile stage that has the sample's customers, and nothing new.</summary>
internal sealed class SampleProfileService(int count) : ProfileService.ProfileServiceBase
{
    private const int Page = 500;

    public override async Task Scan(ScanRequest request, IServerStreamWriter<ScanResponse> responseStream, ServerCallContext context)
    {
        for (var first = 0; first < count; first += Page)
        {
            var response = new ScanResponse { Profiles = { Enumerable.Range(first, Math.Min(Page, count - first)).Select(SampleProfiles.Change) } };
            if (first + Page >= count)
                response.Sequence = count;
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override Task Subscribe(SubscribeRequest request, IServerStreamWriter<ProfileChangeBatch> responseStream, ServerCallContext context) =>
        Task.Delay(Timeout.Infinite, context.CancellationToken);
}
