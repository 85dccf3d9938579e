using Cdp.SegmentSearch;
using Cdp.SegmentSearch.Store;
using Cdp.Storage.Embedded.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Embedded.SegmentSearch;

/// <summary>Chooses the embedded store for the stage.</summary>
public static class EmbeddedSegmentSearch
{
    /// <summary>Keeps the stage's state under <c>Cdp:DataDirectory</c> in SQLite.</summary>
    public static SegmentSearchBuilder UseEmbedded(this SegmentSearchBuilder builder)
    {
        var directory = DataDirectory.Of(builder.Host.Configuration);
        builder.Services.AddSingleton<ISegmentStore>(_ => new EmbeddedSegmentStore(directory));
        return builder;
    }
}
