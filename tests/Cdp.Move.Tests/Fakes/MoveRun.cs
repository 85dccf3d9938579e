namespace Cdp.Move.Tests.Fakes;

/// <summary>One run of the command.</summary>
internal sealed record MoveRun(int ExitCode, string Output, string Errors)
{
    public static async Task<MoveRun> RunAsync(params string[] args)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = await MoveProcess.RunAsync(args, output, errors);
        return new MoveRun(exitCode, output.ToString(), errors.ToString());
    }
}
