using Cdp.Activation.Membership;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>Takes the steps of one commit in order, in memory: all that they may meet is loaded before, some queries for all of them.</summary>
internal sealed class MembershipSteps(DeliveryRows rows, long now, long lastNumber)
{
    private readonly Dictionary<string, List<DeliveryRow>> _byTold = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeliveryRow>> _byPerson = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<DeliveryRow>> _byProfile = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _destinations = new(StringComparer.Ordinal);

    /// <summary>Number of the latest delivery.</summary>
    public long LastNumber { get; private set; } = lastNumber;

    /// <summary>Takes all steps; returns the destinations that may have something to send now.</summary>
    public async Task<IReadOnlyCollection<string>> TakeAsync(IReadOnlyList<MembershipStep> steps, CancellationToken cancellationToken)
    {
        await LoadAsync(steps, cancellationToken);
        foreach (var step in steps)
            Take(step);
        await Lanes.SettleAsync(rows, _lanes, cancellationToken);
        return _destinations;
    }

    private async Task LoadAsync(IReadOnlyList<MembershipStep> steps, CancellationToken cancellationToken)
    {
        var deliveries = steps.OfType<MembershipStep.Deliver>().ToList();
        var forgotten = steps.OfType<MembershipStep.Forget>().Select(step => step.ProfileId).Distinct().ToList();
        await rows.LoadAsync("_id", deliveries.Select(step => step.Delivery.Id), cancellationToken);
        await rows.LoadAsync("told", deliveries.Where(step => step.OnlyIfUntold || !step.Delivery.Entered).Select(ToldOf).Distinct(), cancellationToken);
        await rows.LoadAsync("person", steps.OfType<MembershipStep.Merge>().Select(step => step.AbsorbedId).Concat(forgotten).Distinct(), cancellationToken);
        await rows.LoadAsync("profile", forgotten.Concat(deliveries.Where(IsEntry).Select(step => step.Delivery.ProfileId)).Distinct(), cancellationToken);
        foreach (var row in rows.All)
            Index(row);
    }

    private void Take(MembershipStep step)
    {
        switch (step)
        {
            case MembershipStep.Deliver deliver:
                Deliver(deliver);
                break;
            case MembershipStep.Merge merge:
                Merge(merge);
                break;
            case MembershipStep.Forget forget:
                Forget(forget.ProfileId);
                break;
            default:
                throw new NotSupportedException($"Steps of the type {step.GetType()} are not known to this store.");
        }
    }

    private void Deliver(MembershipStep.Deliver step)
    {
        var told = Of(_byTold, ToldOf(step), row => row.Told);
        if ((step.OnlyIfUntold && told.Count > 0) || rows.Find(step.Delivery.Id) is not null)
            return;
        if (IsEntry(step))
            TakeBack(step.Delivery.ProfileId);
        if (!step.Delivery.Entered)
            told.ForEach(row => row.ClearTold());
        var row = new DeliveryRow(DeliveryDocuments.New(step.Delivery, ++LastNumber, now), isStored: false);
        rows.Add(row);
        Index(row);
        Touch(row);
    }

    // Who was absorbed and enters is a person of its own again.
    private void TakeBack(string profileId)
    {
        foreach (var row in Of(_byProfile, profileId, row => row.ProfileId).Where(row => row.PersonId != profileId))
        {
            Touch(row);
            row.MoveTo(profileId);
            Index(row);
            Touch(row);
        }
    }

    private void Merge(MembershipStep.Merge step)
    {
        foreach (var row in Of(_byPerson, step.AbsorbedId, row => row.PersonId))
        {
            row.MoveTo(step.SurvivorId);
            Index(row);
            Touch(row);
        }
    }

    private void Forget(string profileId)
    {
        foreach (var row in Of(_byProfile, profileId, row => row.ProfileId).Concat(Of(_byPerson, profileId, row => row.PersonId)))
        {
            Touch(row);
            row.Delete();
        }
    }

    private void Touch(DeliveryRow row)
    {
        if (!row.IsPending)
            return;
        _lanes.Add(row.Lane);
        _destinations.Add(row.DestinationId);
    }

    private void Index(DeliveryRow row)
    {
        Add(_byPerson, row.PersonId);
        Add(_byProfile, row.ProfileId);
        if (row.Told is { } told)
            Add(_byTold, told);

        void Add(Dictionary<string, List<DeliveryRow>> index, string key)
        {
            if (!index.TryGetValue(key, out var found))
                index[key] = found = [];
            found.Add(row);
        }
    }

    // What has another key by now, or was deleted, is still in the index.
    private static List<DeliveryRow> Of(Dictionary<string, List<DeliveryRow>> index, string key, Func<DeliveryRow, string?> keyOf) =>
        index.TryGetValue(key, out var found) ? [.. found.Where(row => !row.IsDeleted && keyOf(row) == key).Distinct()] : [];

    private static bool IsEntry(MembershipStep.Deliver step) => step.Delivery.Entered && !step.OnlyIfUntold;

    private static string ToldOf(MembershipStep.Deliver step) => DeliveryRow.ToldOf(step.Delivery.Activation.Id, step.Delivery.ProfileId);
}
