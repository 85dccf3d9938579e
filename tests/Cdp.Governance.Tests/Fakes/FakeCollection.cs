using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Common.V1;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>The event log, in one partition.</summary>
internal sealed class FakeCollection(FakePlatform platform) : CollectionService.CollectionServiceBase
{
    public override Task<GetLogHeadsResponse> GetLogHeads(GetLogHeadsRequest request, ServerCallContext context) =>
        Task.FromResult(new GetLogHeadsResponse { Heads = { new FeedPosition { Offset = platform.Log.Count } } });

    public override Task<EraseEventsResponse> EraseEvents(EraseEventsRequest request, ServerCallContext context)
    {
        var erased = 0;
        foreach (var position in request.Positions.Where(p => platform.Log[(int)p.Offset] is not null))
        {
            platform.Log[(int)position.Offset] = null;
            erased++;
        }
        return Task.FromResult(new EraseEventsResponse { Erased = erased });
    }
}
