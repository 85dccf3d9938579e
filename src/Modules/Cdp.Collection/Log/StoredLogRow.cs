namespace Cdp.Collection.Log;

/// <summary>A row in the log with its events.</summary>
/// <param name="FirstOffset">Offset of its first event.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="ReceivedAt">When it was received, in milliseconds since 1970.</param>
/// <param name="Records">The serialised EventBatch.</param>
public readonly record struct StoredLogRow(long FirstOffset, int Count, long ReceivedAt, byte[] Records);
