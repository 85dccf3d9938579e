using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Explaining;

namespace Cdp.Identity.DryRuns;

/// <summary>Tells what rules would merge and split, with examples.</summary>
internal sealed class RehearsalReport(IDryRunStore store)
{
    private const int MostExamples = 50;
    private const int MostPersons = 20;
    private const int MostIdentifiers = 5;

    public async Task<Rehearsal> MakeAsync(long events, CancellationToken cancellationToken)
    {
        var comparison = await store.CompareAsync(MostExamples, MostPersons, cancellationToken);
        var report = new Rehearsal
        {
            Events = events,
            PersonsToday = comparison.Today,
            PersonsAfter = comparison.After,
            Merging = comparison.Merging,
            Splitting = comparison.Splitting,
            EventsLost = comparison.EventsLost,
            EventsGained = comparison.EventsGained,
        };
        foreach (var group in comparison.Merges)
            report.Merges.Add(await MergeAsync(group, cancellationToken));
        foreach (var group in comparison.Splits)
            report.Splits.Add(await SplitAsync(group, cancellationToken));
        return report;
    }

    private async Task<RehearsedMerge> MergeAsync(PairGroup group, CancellationToken cancellationToken)
    {
        var merge = new RehearsedMerge { Persons = group.Total };
        merge.PersonIds.AddRange(group.Pairs.Select(p => p.Today));
        var history = await store.Persons.HistoryAsync(group.Pairs[0].After, cancellationToken);
        merge.Chain.AddRange(TieChain.Find(history?.Ties ?? [], group.Pairs[0].Identifier, group.Pairs[1].Identifier));
        return merge;
    }

    private async Task<RehearsedSplit> SplitAsync(PairGroup group, CancellationToken cancellationToken)
    {
        var split = new RehearsedSplit { PersonId = group.Pairs[0].Today, PartsTotal = group.Total };
        foreach (var pair in group.Pairs)
        {
            var part = new RehearsedPart { Events = pair.Events };
            var person = await store.Persons.GetAsync(pair.After, cancellationToken);
            var others = (person?.Identifiers ?? []).Select(i => i.Key).OrderBy(k => k.Type, StringComparer.Ordinal).ThenBy(k => k.Value, StringComparer.Ordinal);
            part.Identifiers.AddRange(others.Prepend(pair.Identifier).Distinct().Take(MostIdentifiers).Select(k => k.ToMessage()));
            split.Parts.Add(part);
        }
        return split;
    }
}
