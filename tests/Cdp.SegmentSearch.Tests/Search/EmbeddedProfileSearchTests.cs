using Cdp.Retention;
using Cdp.SegmentSearch.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.SegmentSearch.Tests.Search;

public sealed class EmbeddedProfileSearchTests : ProfileSearchSuite
{
    private protected override Task<RunningStage> StartAsync(TimeSpan? kept = null) =>
        RunningStage.StartAsync(builder => builder.Services.AddSingleton(new RetentionAges { Timeline = kept }));
}
