namespace Cdp.Move.Tests.Fakes;

/// <summary>A directory of a test's own.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-move-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
