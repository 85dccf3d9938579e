using Cdp.Archives;

namespace Cdp.Move.Verifying;

/// <summary>Reads both sides and compares them.</summary>
internal static class Verifier
{
    /// <summary>Writes a line for each archive; returns whether all are equal.</summary>
    public static async Task<bool> VerifyAsync(IEnumerable<(IArchive Source, IArchive Target)> pairs, TextWriter output, CancellationToken cancellationToken)
    {
        var isSame = true;
        foreach (var (source, target) in pairs)
        {
            var sums = await Task.WhenAll(RecordSum.OfAsync(source, cancellationToken), RecordSum.OfAsync(target, cancellationToken));
            var isEqual = sums[0] == sums[1];
            isSame &= isEqual;
            await output.WriteLineAsync($"verify  {source.Stage,-15} {source.Kind,-13} {sums[0]}  {(isEqual ? "equal" : $"DIFFERS: {sums[1]}")}");
        }
        return isSame;
    }
}
