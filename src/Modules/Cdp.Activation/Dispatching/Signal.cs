namespace Cdp.Activation.Dispatching;

/// <summary>
/// Wakes whoever waits. Take <see cref="Next"/> first, look for work then, and await it only where there is none: what is
/// told in between is not missed.
/// </summary>
public sealed class Signal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Ends with the next <see cref="Send"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes all who wait.</summary>
    public void Send() => Interlocked.Exchange(ref _next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
