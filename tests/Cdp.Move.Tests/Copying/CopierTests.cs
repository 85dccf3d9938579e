using Cdp.Archives;
using Cdp.Move.Copying;
using Cdp.Move.Sides;
using Cdp.Move.Tests.Fakes;
using Cdp.Move.Verifying;

namespace Cdp.Move.Tests.Copying;

public sealed class CopierTests
{
    [Fact]
    public async Task Copy_InterruptedAfterEachPageAndBeforeItIsNoted_GoesOnAndHoldsTheSame()
    {
        using var source = new TempDirectory();
        using var target = new TempDirectory();
        await Sample.FillAsync(source.Path);
        var interruptions = 0;

        for (var isDone = false; !isDone;)
        {
            await using var from = EmbeddedSide.Open(Settings(source.Path));
            await using var to = EmbeddedSide.Open(Settings(target.Path));
            var journal = MoveJournal.Open(target.Path, Place.Embedded, "engines");
            if (interruptions == 0)
                journal.Restart();
            var left = 3;
            var pairs = from.Archives.Zip(to.Archives, (s, t) => (s, (IArchive)new BreakingArchive(t, () => left-- == 0))).ToList();
            try
            {
                await new Copier(journal, TextWriter.Null, TimeProvider.System).CopyAsync(pairs, TestContext.Current.CancellationToken);
                isDone = true;
            }
            catch (IOException)
            {
                interruptions++;
            }
            if (isDone)
                Assert.True(await new Verifier(TextWriter.Null, TimeProvider.System).VerifyAsync(pairs, TestContext.Current.CancellationToken));
        }

        Assert.InRange(interruptions, 5, 100);
    }

    private static string[] Settings(string directory) => [$"--Cdp:DataDirectory={directory}", "--ConnectionStrings:kafka=none"];
}
