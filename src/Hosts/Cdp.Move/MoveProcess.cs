using System.Runtime.InteropServices;
using Cdp.Collection.Log;
using Confluent.Kafka;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace Cdp.Move;

/// <summary>Runs the command from its arguments to its exit code. What goes wrong is told in one line.</summary>
internal static class MoveProcess
{
    /// <summary>Exit code where the move could not be carried out.</summary>
    public const int Failed = 1;

    /// <summary>Exit code where the sides differ.</summary>
    public const int Differs = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            await output.WriteLineAsync(HelpText.Text);
            return 0;
        }
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await new HouseMove(MoveCommand.Parse(args), output, errors).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await errors.WriteLineAsync("cdp move: interrupted. The same command goes on where it stopped.");
            return Failed;
        }
        catch (Exception exception) when (Reason(exception) is { } reason)
        {
            await errors.WriteLineAsync($"cdp move: {reason}");
            return Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    // Wrong settings, and what machines and servers refuse; anything else is a defect, whose stack is wanted.
    private static string? Reason(Exception exception) => exception switch
    {
        RpcException refused => refused.Status.Detail,
        InvalidOperationException or OptionsValidationException or IOException or UnauthorizedAccessException or TimeoutException => exception.Message,
        SqliteException or MongoException or KafkaException or LogUnavailableException => exception.Message,
        _ => null,
    };
}
