using Cdp.SegmentSearch.Tests.Fakes;
using CsCheck;

namespace Cdp.SegmentSearch.Tests.Evaluation;

/// <summary>Random conditions over random people, merges and erasures included: all evaluators agree, and time changes no
/// answer before the moment that the evaluator named.</summary>
public sealed class RandomConditionTests
{
    [Fact]
    public void Matching_RandomConditionsAndPeople_AllEvaluatorsAgree() =>
        Gen.Select(RandomConditions.Step.Array[1, 40], RandomConditions.Condition.Array[8]).Sample(
            (steps, conditions) =>
            {
                using var people = new IndexedPeople();
                foreach (var step in steps)
                    step(people);
                foreach (var condition in conditions)
                    people.Matching(condition, RandomConditions.Now);
            },
            iter: 2_000);

    [Fact]
    public void Next_RandomConditionsAndPeople_NothingChangesBefore() =>
        Gen.Select(RandomConditions.Step.Array[1, 20], RandomConditions.Condition).Sample(
            (steps, condition) =>
            {
                using var people = new IndexedPeople();
                foreach (var step in steps)
                    step(people);
                people.CheckNextMoment(condition, RandomConditions.Now);
            },
            iter: 300);
}
