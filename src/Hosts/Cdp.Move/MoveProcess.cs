using System.Runtime.InteropServices;
using Cdp.Archives;
using Cdp.Move.Copying;
using Cdp.Move.Sides;
using Cdp.Move.Verifying;
using Microsoft.Data.Sqlite;
using MongoDB.Driver;

namespace Cdp.Move;

/// <summary>Runs the command from its arguments to its exit code.</summary>
internal static class MoveProcess
{
    private const int Failed = 1;
    private const int Differs = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(HelpText.Text);
            return 0;
        }
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await MoveAsync(MoveCommand.Parse(args), stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("cdp move: interrupted. The same command goes on where it stopped.");
            return Failed;
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or UnauthorizedAccessException or SqliteException or MongoException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"cdp move: {exception.Message}");
            return Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> MoveAsync(MoveCommand command, CancellationToken stop)
    {
        await using var embedded = EmbeddedSide.Open(command.Settings);
        await using var engines = await EngineSide.OpenAsync(command.Settings, stop);
        var (source, target) = command.To == Place.Engines ? ((Side)embedded, (Side)engines) : (engines, embedded);
        var pairs = Pairs(source, target);
        Console.WriteLine($"From {source.Name}\n  to {target.Name}");
        if (!command.IsVerifyOnly)
        {
            var journal = MoveJournal.Open(embedded.Directory, command.To, engines.Name);
            if (!journal.IsResumed)
                await RequireEmptyAsync(target, pairs, stop);
            await target.BeginAsync(stop);
            journal.Begin();
            await new Copier(journal, Console.Out, TimeProvider.System).CopyAsync(pairs, stop);
            if (!await Verifier.VerifyAsync(pairs, Console.Out, stop))
                return Differing(target);
            await target.EndAsync(stop);
            journal.End();
            Console.WriteLine(NextSteps.After(command.To, source, target));
            return 0;
        }
        return await Verifier.VerifyAsync(pairs, Console.Out, stop) ? 0 : Differing(target);
    }

    private static List<(IArchive Source, IArchive Target)> Pairs(Side source, Side target) =>
        [.. source.Archives.Join(target.Archives, s => (s.Stage, s.Kind), t => (t.Stage, t.Kind), (s, t) => (s, t))];

    private static async Task RequireEmptyAsync(Side target, List<(IArchive Source, IArchive Target)> pairs, CancellationToken stop)
    {
        foreach (var (_, archive) in pairs)
        {
            if ((await archive.ReadAsync("", stop)).Records.Count > 0)
            {
                throw new InvalidOperationException(
                    $"{target.Name} is not empty: there are {archive.Kind} of {archive.Stage}. An empty target is needed; --verify-only compares both sides as they are.");
            }
        }
    }

    private static int Differing(Side target)
    {
        Console.Error.WriteLine($"cdp move: the sides differ. If the source was used after the move began, empty {target.Name} and move again.");
        return Differs;
    }
}
