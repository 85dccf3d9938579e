using System.Text.RegularExpressions;
using Cdp.Contracts.Failures;
using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Index;
using Cdp.SegmentSearch.Store;
using Cdp.SegmentSearch.Writing;

namespace Cdp.SegmentSearch.Segments;

/// <summary>
/// Creates, changes and deletes segments. A condition is asked of all profiles between two rounds of the feed, so that no
/// change falls between what was there and what comes.
/// </summary>
internal sealed partial class SegmentEditor(SegmentState state, MembershipWriter writer)
{
    private const int LongestName = 200;

    public async Task<Segment> CreateAsync(string key, string name, string condition, CancellationToken cancellationToken)
    {
        await state.WaitLoadedAsync(cancellationToken);
        return await writer.AloneAsync(
            async () =>
            {
                var catalog = LoadedCatalog();
                var errors = new List<FieldError>();
                if (!KeyPattern().IsMatch(key))
                    errors.Add(new FieldError("key", "expected 1 to 64 lower case letters, digits, _ and -"));
                CheckName(name, errors);
                var filter = Parse(condition, k => catalog.Find(k) is null ? "is no segment" : null, errors);
                if (errors.Count > 0)
                    throw Failure.Invalid(errors);
                if (catalog.Find(key) is not null)
                    throw Failure.AlreadyExists("segment", key);

                var definition = new SegmentDefinition(key, name.Length > 0 ? name : key, condition, writer.Now, writer.Now);
                var segment = new Segment(definition, filter!, new OrdinalSet(), new Schedule());
                await DefineAsync(segment, [.. catalog.Ranked, segment], ask: true, cancellationToken);
                return segment;
            }, cancellationToken);
    }

    public async Task<Segment> UpdateAsync(string key, string? name, string? condition, CancellationToken cancellationToken)
    {
        await state.WaitLoadedAsync(cancellationToken);
        return await writer.AloneAsync(
            async () =>
            {
                var catalog = LoadedCatalog();
                var former = catalog.Find(key) ?? throw Failure.NotFound("segment", key);
                var errors = new List<FieldError>();
                CheckName(name ?? "", errors);
                var filter = condition is null ? former.Filter : Parse(condition, k => ReferenceError(catalog, key, k), errors);
                if (errors.Count > 0)
                    throw Failure.Invalid(errors);

                var definition = former.Definition with
                {
                    Name = string.IsNullOrEmpty(name) ? former.Definition.Name : name,
                    Condition = condition ?? former.Definition.Condition,
                    UpdatedAt = writer.Now,
                };
                var segment = new Segment(definition, filter!, former.Members, former.Schedule) { Size = former.Size };
                await DefineAsync(segment, [.. catalog.Ranked.Where(s => s.Key != key), segment], ask: condition is not null, cancellationToken);
                return segment;
            }, cancellationToken);
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await state.WaitLoadedAsync(cancellationToken);
        await writer.AloneAsync(
            async () =>
            {
                var catalog = LoadedCatalog();
                if (catalog.Find(key) is null)
                    throw Failure.NotFound("segment", key);
                if (catalog.ReferencesTo(key).ToList() is { Count: > 0 } references)
                    throw Failure.Precondition($"Segment '{key}' is referred to by {string.Join(", ", references)}.");
                await writer.DeleteAsync(key, new SegmentCatalog([.. catalog.Ranked.Where(s => s.Key != key)], state.Index), cancellationToken);
                return true;
            }, cancellationToken);
    }

    private async Task DefineAsync(Segment segment, List<Segment> all, bool ask, CancellationToken cancellationToken)
    {
        var catalog = new SegmentCatalog(all, state.Index);
        var round = new MembershipRound(catalog, state.Index, Contracts.SegmentSearch.V1.MembershipCause.Definition, writer.Now);
        if (ask)
        {
            var only = new SegmentMask(all.Count);
            only.Add(catalog.RankOf(segment.Key));
            state.Index.Write(() =>
            {
                round.AskEveryone(only);
                round.Evaluate();
                return true;
            });
        }
        await writer.DefineAsync(round, segment.Definition, cancellationToken);
    }

    // It may have been lost while this call waited for its turn.
    private SegmentCatalog LoadedCatalog() =>
        state.IsLoaded ? state.Catalog : throw Failure.Unavailable("The index of profiles is being built again; try again later.");

    private static string? ReferenceError(SegmentCatalog catalog, string key, string reference)
    {
        if (catalog.Find(reference) is null)
            return "is no segment";
        return reference == key || catalog.Reaches(reference, key) ? "leads back to the segment itself" : null;
    }

    private static Filter? Parse(string condition, Func<string, string?> segmentError, List<FieldError> errors)
    {
        var filter = ConditionParser.TryParse(condition, segmentError, out var found);
        errors.AddRange(found);
        return filter;
    }

    private static void CheckName(string name, List<FieldError> errors)
    {
        if (name.Length > LongestName)
            errors.Add(new FieldError("name", $"has {name.Length} characters; at most {LongestName} are taken"));
    }

    [GeneratedRegex(@"^[a-z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
