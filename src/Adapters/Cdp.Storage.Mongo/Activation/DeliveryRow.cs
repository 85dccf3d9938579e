using Cdp.Activation.Deliveries;
using Cdp.Contracts.Activation.V1;
using Cdp.Storage.Mongo.Commits;
using MongoDB.Bson;

namespace Cdp.Storage.Mongo.Activation;

/// <summary>A delivery as a commit leaves it.</summary>
internal sealed class DeliveryRow(BsonDocument document, bool isStored)
{
    private const char Separator = '/';
    private bool _isStored = isStored;
    private bool _isChanged = !isStored;

    public string Id => document["_id"].AsString;

    public long Number => document["number"].AsInt64;

    public string ActivationId => document["activation"].AsString;

    public string DestinationId => document["destination"].AsString;

    public string ProfileId => document["profile"].AsString;

    public string PersonId => document["person"].AsString;

    public DeliveryState State => (DeliveryState)document["state"].AsInt32;

    public string Lane => Lanes.Of(DestinationId, PersonId);

    /// <summary>Activation and person whose membership it told of, and no exit since; null where it did not.</summary>
    public string? Told => document.TryGetValue("told", out var told) ? told.AsString : null;

    public bool IsDeleted { get; private set; }

    public bool IsPending => !IsDeleted && State == DeliveryState.Pending;

    /// <summary>Whether it is pending in the store.</summary>
    public bool WasPending { get; private set; } = isStored && document["state"] == (int)DeliveryState.Pending;

    /// <summary>Lane in which it has the turn in the store; null where it has none.</summary>
    public string? HadTurnIn { get; } = isStored && document.TryGetValue("turn", out var turn) ? turn.AsString : null;

    /// <summary>What is to be stored; null where nothing is.</summary>
    public DocumentWrite? Write => (IsDeleted, _isStored, _isChanged) switch
    {
        (true, true, _) => DocumentWrite.Delete(MongoActivationSchema.Deliveries, Id),
        (false, _, true) => DocumentWrite.Put(MongoActivationSchema.Deliveries, Id, document),
        _ => null,
    };

    public static string ToldOf(string activationId, string personId) => $"{activationId}{Separator}{personId}";

    /// <summary>Where what an activation has told of begins, and where it has ended.</summary>
    public static (string First, string End) ToldRangeOf(string activationId) => ($"{activationId}{Separator}", $"{activationId}{(char)(Separator + 1)}");

    public bool IsPendingIn(string lane) => IsPending && Lane == lane;

    /// <summary>Takes the place of one that this commit deleted.</summary>
    public void Replace(DeliveryRow former)
    {
        _isStored = former._isStored;
        WasPending = former.WasPending;
    }

    public void Delete() => IsDeleted = true;

    public void MoveTo(string personId)
    {
        document["person"] = personId;
        if (Told is not null)
            document["told"] = ToldOf(ActivationId, personId);
        Changed();
    }

    public void ClearTold()
    {
        document.Remove("told");
        Changed();
    }

    public void Cancel(string reason) => End(DeliveryState.Cancelled, reason);

    public void Record(DeliveryOutcome outcome)
    {
        if (outcome.Attempt is { } attempt)
        {
            document["attempts"] = DeliveryDocuments.AddAttempt(document["attempts"].AsByteArray, attempt);
            document["attempts_made"] = document["attempts_made"].AsInt32 + 1;
            if (document["first_attempt_at"].AsInt64 == 0)
                document["first_attempt_at"] = attempt.At;
            Changed();
        }
        // Cancelled meanwhile: only the attempt is kept.
        if (!IsPending)
            return;
        document["retry_at"] = outcome.NextAttemptAt;
        End(outcome.State, outcome.Reason);
    }

    public void Replay(long now)
    {
        document["attempts_made"] = 0;
        document["first_attempt_at"] = 0L;
        document["retry_at"] = now;
        End(DeliveryState.Pending, "");
    }

    public void SetTurn(bool hasTurn)
    {
        var due = hasTurn ? document["retry_at"] : null;
        if (document.GetValue("due_at", null) == due && (!hasTurn || document.GetValue("turn", null) == Lane))
            return;
        Remove("turn", "due_at");
        if (hasTurn)
            document.AddRange(new BsonDocument { { "turn", Lane }, { "due_at", due } });
        Changed();
    }

    private void End(DeliveryState state, string reason)
    {
        document["state"] = (int)state;
        document["reason"] = reason;
        if (state != DeliveryState.Pending)
            Remove("turn", "due_at");
        Changed();
    }

    private void Remove(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            document.Remove(field);
    }

    private void Changed()
    {
        _isChanged = true;
        if (IsPending)
            document["lane"] = Lane;
        else
            document.Remove("lane");
    }
}
