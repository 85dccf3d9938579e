using Cdp.Archives;
using Cdp.Move.Copying;
using Cdp.Move.Sides;
using Cdp.Move.Verifying;

namespace Cdp.Move;

/// <summary>Copies one side to the other, compares them, and says what is next.</summary>
internal sealed class HouseMove(MoveCommand command, TextWriter output, TextWriter errors)
{
    private readonly Verifier _verifier = new(output, TimeProvider.System);

    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var embedded = EmbeddedSide.Open(command.Settings);
        await using var engines = await EngineSide.OpenAsync(command.Settings, stop);
        var (source, target) = command.To == Place.Engines ? ((Side)embedded, (Side)engines) : (engines, embedded);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource([stop, .. engines.Lost]);
        try
        {
            return await MoveAsync(source, target, MoveJournal.Open(embedded.Directory, command.To, engines.Name), ending.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new InvalidOperationException($"another process has taken over the stages on {engines.Name}: stop the platform, and move again.");
        }
    }

    private async Task<int> MoveAsync(Side source, Side target, MoveJournal journal, CancellationToken stop)
    {
        var pairs = source.Archives.Join(target.Archives, s => (s.Stage, s.Kind), t => (t.Stage, t.Kind), (s, t) => (s, t)).ToList();
        await output.WriteLineAsync($"From  {source.Name}\nto    {target.Name}");
        if (command.IsVerifyOnly)
            return await _verifier.VerifyAsync(pairs, stop) ? 0 : Differing(target);
        if (await source.HasBegunAsync(stop))
            throw new InvalidOperationException($"{source.Name} is incomplete: a move to it has not come to its end.");
        // Where the mark is missing, somebody emptied the target meanwhile.
        if (!journal.IsUnfinished || !await target.HasBegunAsync(stop))
        {
            await RequireEmptyAsync(target, pairs, stop);
            journal.Restart();
        }
        await target.BeginAsync(stop);
        await new Copier(journal, output, TimeProvider.System).CopyAsync(pairs, stop);
        if (!await _verifier.VerifyAsync(pairs, stop))
            return Differing(target);
        await target.EndAsync(stop);
        journal.End();
        await output.WriteLineAsync(NextSteps.After(command.To, source, target));
        return 0;
    }

    private static async Task RequireEmptyAsync(Side target, IEnumerable<(IArchive Source, IArchive Target)> pairs, CancellationToken stop)
    {
        foreach (var (_, archive) in pairs)
        {
            if ((await archive.ReadAsync("", stop)).Records.Count > 0)
            {
                throw new InvalidOperationException(
                    $"{target.Name} is not empty: it has {archive.Kind} of {archive.Stage}. An empty target is needed; --verify-only compares both sides as they are.");
            }
        }
    }

    private int Differing(Side target)
    {
        errors.WriteLine($"cdp move: the sides differ. Where the source was used after the move began, empty {target.Name} and move again.");
        return MoveProcess.Differs;
    }
}
