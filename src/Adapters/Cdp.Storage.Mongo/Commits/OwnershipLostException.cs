namespace Cdp.Storage.Mongo.Commits;

/// <summary>
/// Another process owns the stage by now. What this one was storing is not stored, or, where the answer got lost while the
/// stage was taken over, stored and carried out by the successor; in no case in part.
/// </summary>
public sealed class OwnershipLostException(string stage)
    : InvalidOperationException($"Another process has taken over {stage}.");
