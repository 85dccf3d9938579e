using System.Text.Json;
using Cdp.Contracts.Governance.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Cdp.Governance.Regulations;

/// <summary>Takes one regulation as far as it goes, and stores each step when it is done.</summary>
internal sealed partial class RegulationRunner(IRegulationStore store, Erasure erasure, ILogger<RegulationRunner> logger)
{
    public async Task<RunResult> RunAsync(StoredRegulation regulation, CancellationToken cancellationToken)
    {
        var advanced = false;
        while (regulation.Regulation.State != RegulationStates.Finished)
        {
            var next = regulation.Clone();
            next.Regulation.Error = "";
            try
            {
                if (!await erasure.AdvanceAsync(next, cancellationToken))
                {
                    await NoteAsync(regulation, "", cancellationToken);
                    return new RunResult(RunEnd.Waiting, advanced);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                await NoteAsync(regulation, Describe(regulation.Step, exception), cancellationToken);
                LogFailed(regulation.Regulation.Id, regulation.Regulation.Error);
                return new RunResult(RunEnd.Failed, advanced);
            }
            await store.PutAsync(next, cancellationToken);
            regulation = next;
            advanced = true;
        }
        LogFinished(regulation.Regulation.Id, regulation.Regulation.EventsErased);
        return new RunResult(RunEnd.Finished, advanced);
    }

    private async Task NoteAsync(StoredRegulation regulation, string error, CancellationToken cancellationToken)
    {
        if (regulation.Regulation.Error == error)
            return;
        regulation.Regulation.Error = error;
        await store.PutAsync(regulation, cancellationToken);
    }

    // While the person is looked for, an answer might quote the identifier; later calls carry nothing but ids.
    private static string Describe(ErasureStep step, Exception exception)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(step.ToString());
        return exception switch
        {
            RpcException rpc when step == ErasureStep.FindPerson => $"{name}: {rpc.StatusCode}",
            RpcException rpc => $"{name}: {rpc.StatusCode}: {rpc.Status.Detail}",
            _ => $"{name}: {exception.GetType().Name}: {exception.Message}",
        };
    }

    [LoggerMessage(EventId = 610, Level = LogLevel.Information, Message = "Regulation {Id} is finished; it erased {Events} events.")]
    private partial void LogFinished(string id, long events);

    [LoggerMessage(EventId = 611, Level = LogLevel.Warning, Message = "Regulation {Id} failed and is tried again: {Error}")]
    private partial void LogFailed(string id, string error);
}
