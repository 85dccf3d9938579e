namespace Cdp.Storage.Mongo.Commits;

/// <summary>Another process owns the stage by now; nothing of the commit was or will be stored by this one.</summary>
public sealed class OwnershipLostException(string stage)
    : InvalidOperationException($"Another process has taken over {stage}.");
