using System.Collections;
using System.Text.Json;
using Cdp.SegmentSearch.Index;
using Cdp.Storage.Elastic.Indices;
using Cdp.Storage.Elastic.Searching;

namespace Cdp.Storage.Elastic.Writing;

/// <summary>
/// Compares what the engine has with the index in memory, by ids and versions: that is the position at which writing goes
/// on after a restart, and no other has to be kept.
/// </summary>
internal sealed class IndexComparison(IndexReader reader, IndexNames names, IIndexedProfiles profiles)
{
    private const int Page = 5_000;

    /// <summary>Finds what is up to date.</summary>
    /// <param name="stray">Is given profiles that the engine has and the index in memory has not.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>Ordinals that are up to date; null where the engine is ahead of the profiles, which then are not those that it was written from.</returns>
    public async Task<BitArray?> RunAsync(Func<IReadOnlyList<string>, Task> stray, CancellationToken cancellationToken)
    {
        await reader.RefreshAsync(names.Live, cancellationToken);
        var view = await reader.OpenAsync(names.Live, cancellationToken);
        try
        {
            var current = new BitArray(profiles.Read(() => profiles.Ordinals));
            for (var after = ""; ;)
            {
                using var found = await reader.SearchViewAsync(SearchBody.Versions(view, after, Page), cancellationToken);
                view = found.RootElement.GetProperty("pit_id").GetString()!;
                var hits = found.RootElement.GetProperty("hits").GetProperty("hits");
                var strays = new List<string>();
                if (!profiles.Read(() => hits.EnumerateArray().All(hit => Compare(hit, current, strays))))
                    return null;
                if (strays.Count > 0)
                    await stray(strays);
                if (hits.GetArrayLength() < Page)
                    return current;
                after = hits[Page - 1].GetProperty("_id").GetString()!;
            }
        }
        finally
        {
            await reader.CloseAsync(view, cancellationToken);
        }
    }

    private bool Compare(JsonElement hit, BitArray current, List<string> strays)
    {
        var id = hit.GetProperty("_id").GetString()!;
        var version = hit.GetProperty("_version").GetInt64();
        if (profiles.OrdinalOf(id) is not { } profile)
            strays.Add(id);
        else if (profile < current.Length && version >= profiles.SequenceOf(profile))
            current[profile] = true;
        return version <= profiles.Sequence;
    }
}
