using Cdp.SegmentSearch.Tests.Fakes;
using CsCheck;

namespace Cdp.SegmentSearch.Tests.Evaluation;

/// <summary>Random conditions over random people, merges and erasures included: all evaluators agree, and time changes no
/// answer before the moment that the evaluator named. Events are kept for ever, or for times shorter, as long as and longer than
/// windows of conditions.</summary>
public sealed class RandomConditionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(5.0)]
    [InlineData(15.0)]
    public void Matching_RandomConditionsAndPeople_AllEvaluatorsAgree(double? daysKept) =>
        Gen.Select(RandomConditions.Step.Array[1, 40], RandomConditions.Condition.Array[8]).Sample(
            (steps, conditions) =>
            {
                using var people = new IndexedPeople(Kept(daysKept));
                foreach (var step in steps)
                    step(people);
                foreach (var condition in conditions)
                    people.Matching(condition, RandomConditions.Now);
            },
            iter: daysKept is null ? 2_000 : 500);

    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(5.0)]
    [InlineData(15.0)]
    public void Next_RandomConditionsAndPeople_NothingChangesBefore(double? daysKept) =>
        Gen.Select(RandomConditions.Step.Array[1, 20], RandomConditions.Condition).Sample(
            (steps, condition) =>
            {
                using var people = new IndexedPeople(Kept(daysKept));
                foreach (var step in steps)
                    step(people);
                people.CheckNextMoment(condition, RandomConditions.Now);
            },
            iter: 300);

    private static TimeSpan? Kept(double? days) => days is { } kept ? TimeSpan.FromDays(kept) : null;
}
