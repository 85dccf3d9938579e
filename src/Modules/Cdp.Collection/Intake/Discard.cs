namespace Cdp.Collection.Intake;

/// <summary>An event that was dropped, or kept with a change.</summary>
/// <param name="Index">Place in its batch, 0-based.</param>
/// <param name="MessageId">Its message id; empty where it had none.</param>
/// <param name="Code">One of <see cref="DiscardCodes"/>.</param>
/// <param name="Detail">What was wrong and what was expected; never a value.</param>
/// <param name="Kept">Whether the event was kept all the same.</param>
public readonly record struct EventDiscard(int Index, string MessageId, string Code, string Detail, bool Kept = false);
