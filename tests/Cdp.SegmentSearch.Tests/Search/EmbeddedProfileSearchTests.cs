using Cdp.SegmentSearch.Tests.Fakes;

namespace Cdp.SegmentSearch.Tests.Search;

public sealed class EmbeddedProfileSearchTests : ProfileSearchSuite
{
    private protected override Task<RunningStage> StartAsync() => RunningStage.StartAsync();
}
