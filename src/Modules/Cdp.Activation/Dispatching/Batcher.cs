using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Cdp.Activation.Dispatching;

/// <summary>
/// Does for many at once what each asks for alone: while one batch is under way, the next gathers. A batch that fails is
/// tried again until it succeeds; those who asked wait.
/// </summary>
/// <param name="run">Gives one result for each item, in order.</param>
/// <param name="most">Most items in a batch.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Where failures go.</param>
internal sealed partial class Batcher<TItem, TResult>(
    Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> run, int most, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Channel<Asked> _asked = Channel.CreateBounded<Asked>(new BoundedChannelOptions(most) { SingleReader = true });

    /// <summary>Asks for one item.</summary>
    public async Task<TResult> AskAsync(TItem item, CancellationToken cancellationToken)
    {
        var asked = new Asked(item, new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _asked.Writer.WriteAsync(asked, cancellationToken);
        return await asked.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Answers until <see cref="Complete"/>, or until it is given up.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _asked.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<Asked>();
                while (batch.Count < most && _asked.Reader.TryRead(out var asked))
                    batch.Add(asked);
                var results = await AnswerAsync([.. batch.Select(a => a.Item)], cancellationToken);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Answer.SetResult(results[i]);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Those who wait have been given up too.
        }
    }

    /// <summary>Nothing more will be asked.</summary>
    public void Complete() => _asked.Writer.Complete();

    private async Task<IReadOnlyList<TResult>> AnswerAsync(IReadOnlyList<TItem> items, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await run(items, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(items.Count, typeof(TItem).Name, exception);
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private sealed record Asked(TItem Item, TaskCompletionSource<TResult> Answer);

    [LoggerMessage(EventId = 510, Level = LogLevel.Warning, Message = "A batch of {Count} ({Kind}) failed; tried again in a second, deliveries wait.")]
    private partial void LogFailed(int count, string kind, Exception exception);
}
