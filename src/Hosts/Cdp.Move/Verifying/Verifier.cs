using Cdp.Archives;
using Cdp.Move.Copying;

namespace Cdp.Move.Verifying;

/// <summary>Reads both sides and compares them.</summary>
internal sealed class Verifier(TextWriter output, TimeProvider time)
{
    /// <summary>Writes a line for each archive; returns whether all are equal.</summary>
    public async Task<bool> VerifyAsync(IEnumerable<(IArchive Source, IArchive Target)> pairs, CancellationToken cancellationToken)
    {
        var isSame = true;
        foreach (var (source, target) in pairs)
        {
            var progress = new Progress("verify", source, output, time);
            var sums = await Task.WhenAll(RecordSum.OfAsync(source, progress.Add, cancellationToken), RecordSum.OfAsync(target, _ => { }, cancellationToken));
            var isEqual = sums[0] == sums[1];
            isSame &= isEqual;
            await output.WriteLineAsync($"verify  {source.Stage,-15} {source.Kind,-13} {sums[0]}  {(isEqual ? "equal" : $"DIFFERS: {sums[1]}")}");
        }
        return isSame;
    }
}
