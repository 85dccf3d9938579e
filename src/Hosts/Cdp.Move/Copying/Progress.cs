using System.Globalization;
using Cdp.Archives;

namespace Cdp.Move.Copying;

/// <summary>Tells how far an archive is copied or compared.</summary>
internal sealed class Progress(string step, IArchive archive, TextWriter output, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _told;
    private long _records;

    public void Add(int records)
    {
        _records += records;
        if (time.GetElapsedTime(_started) - _told < Every)
            return;
        _told = time.GetElapsedTime(_started);
        Tell("…");
    }

    public void End() => Tell("done");

    private void Tell(string state)
    {
        var seconds = Math.Max(time.GetElapsedTime(_started).TotalSeconds, 0.001);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{step,-7} {archive.Stage,-15} {archive.Kind,-13} {_records,12:N0} records {_records / seconds,9:N0}/s  {state}"));
    }
}
