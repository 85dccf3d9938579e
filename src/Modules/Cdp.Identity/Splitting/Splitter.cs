using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Splitting;

/// <summary>
/// Plans how a person is taken apart: which evidence does not count any more, which persons are left as if it never had, and
/// which merges stand. Nothing else may change identity meanwhile.
/// </summary>
internal sealed class Splitter(IIdentityStore store, RuleSet rules, TimeProvider time)
{
    public async Task<SplitCommit> PlanAsync(SplitPersonRequest request, CancellationToken cancellationToken)
    {
        var last = await store.SequencesAsync(cancellationToken);
        return request.WhatCase switch
        {
            SplitPersonRequest.WhatOneofCase.Merge => await UndoAsync(request.Merge, last.Merge + 1, cancellationToken),
            SplitPersonRequest.WhatOneofCase.Identifier => await TakeOutAsync(request, last.Merge + 1, cancellationToken),
            _ => throw Failure.Invalid("merge", "required, unless an identifier is taken out"),
        };
    }

    private async Task<SplitCommit> UndoAsync(long sequence, long split, CancellationToken cancellationToken)
    {
        var merge = await store.FindMergeAsync(sequence, cancellationToken) ?? throw Failure.NotFound("merge", $"{sequence}");
        if (merge.UndoneBy > 0)
            throw Failure.Precondition($"merge: {sequence} was undone already, by split {merge.UndoneBy}");
        var history = await HistoryAsync(merge.AbsorbedId, cancellationToken);
        return Commit(history, Cut.Between(history.Ties, merge), merge, new Split { Sequence = split, Merge = sequence });
    }

    private async Task<SplitCommit> TakeOutAsync(SplitPersonRequest request, long split, CancellationToken cancellationToken)
    {
        var held = rules.TryNormalise(request.Identifier, out var key) ? (await store.FindAsync([key], cancellationToken)).FirstOrDefault() : null;
        if (held is null)
            throw Failure.NotFound("person with this", request.Identifier.Type);
        if (held.Identifiers.Count == 1)
            throw Failure.Precondition("identifier: it is the only one of its person: there is nothing to take it out of");
        var history = await HistoryAsync(held.Id, cancellationToken);
        return Commit(history, Cut.Without(history.Ties, key), undone: null, new Split { Sequence = split, Identifier = key.ToMessage() });
    }

    private async Task<PersonHistory> HistoryAsync(string id, CancellationToken cancellationToken)
    {
        var history = await store.HistoryAsync(id, cancellationToken) ?? throw Failure.NotFound("person", id);
        return history.Founders.Count == history.Person.Absorbed + 1
            ? history
            : throw Failure.Precondition("person: it was made by a release that kept no evidence of what tied it together");
    }

    private SplitCommit Commit(PersonHistory history, Cut cut, Merge? undone, Split split)
    {
        split.PersonId = history.Person.Id;
        split.SplitAt = time.GetUtcNow().ToUnixTimeMilliseconds();
        var commit = new SplitCommit { Split = split };
        commit.Separations.AddRange(cut.Separations(split.Sequence).DistinctBy(s => TieHash.Of(s.Left, s.Right)));
        var lineage = new Lineage(history, cut);
        var holders = AddParts(commit, history, lineage);
        foreach (var (tie, groups) in cut.Groups)
            commit.Ties.AddRange(groups.Where(g => g.Count > 1).Select(g => (holders[g[0]], tie.With(g))));
        AddMerges(commit, history, lineage, undone);
        return commit;
    }

    /// <summary>Adds the parts, the former person's first; returns which part holds an identifier.</summary>
    private Dictionary<IdentifierKey, string> AddParts(SplitCommit commit, PersonHistory history, Lineage lineage)
    {
        var seen = history.Person.Identifiers.ToDictionary(i => i.Key, i => i.CreatedAt);
        var absorbed = lineage.Merges.ToLookup(m => m.Survivor, m => m.Absorbed);
        var holders = new Dictionary<IdentifierKey, string>();
        var parts = new List<SplitPart>();
        foreach (var (found, keys) in lineage.Persons)
        {
            if (found is not { } founder)
                commit.Created.Add(founder = new Founder(Id.New("", time), commit.Split.SplitAt, keys.MinBy(k => (seen[k], k.Type, k.Value))));
            var part = new SplitPart { PersonId = founder.Id, CreatedAt = founder.CreatedAt };
            part.Identifiers.AddRange(keys.OrderBy(k => k.Type, StringComparer.Ordinal).ThenBy(k => k.Value, StringComparer.Ordinal).Select(k => k.ToMessage()));
            part.AbsorbedIds.AddRange(Family(founder.Id).Order(StringComparer.Ordinal));
            parts.Add(part);
            foreach (var key in keys)
                holders[key] = founder.Id;
        }
        commit.Split.Parts.AddRange(parts.OrderBy(p => p.PersonId != history.Person.Id).ThenBy(p => p.PersonId, StringComparer.Ordinal));
        return holders;

        IEnumerable<string> Family(string id)
        {
            var ids = new Stack<string>(absorbed[id]);
            while (ids.TryPop(out var next))
            {
                yield return next;
                foreach (var more in absorbed[next])
                    ids.Push(more);
            }
        }
    }

    // A merge stands where without the undone evidence, too, its absorbed person is absorbed by somebody.
    private static void AddMerges(SplitCommit commit, PersonHistory history, Lineage lineage, Merge? undone)
    {
        var standing = history.Merges.Where(m => m.Sequence != undone?.Sequence).Select(m => m.AbsorbedId).ToHashSet(StringComparer.Ordinal);
        var absorbed = lineage.Merges.Select(m => m.Absorbed).ToHashSet(StringComparer.Ordinal);
        commit.Undone.AddRange(history.Merges.Where(m => m.Sequence == undone?.Sequence || !absorbed.Contains(m.AbsorbedId)).Select(m => m.Sequence));
        foreach (var merge in lineage.Merges.Where(m => !standing.Contains(m.Absorbed)))
        {
            commit.Merges.Add(new Merge
            {
                Sequence = commit.Split.Sequence + commit.Merges.Count + 1,
                SurvivorId = merge.Survivor,
                AbsorbedId = merge.Absorbed,
                Cause = merge.Cause.ToMessage(),
                Peer = merge.Peer.ToMessage(),
                Position = merge.Tie.Position,
                SourceId = merge.Tie.SourceId,
                MessageId = merge.Tie.MessageId,
                MergedAt = commit.Split.SplitAt,
                Rule = merge.Tie.Rule,
                Tie = merge.Tie.Sequence,
            });
        }
    }
}
