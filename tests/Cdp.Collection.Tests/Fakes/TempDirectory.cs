namespace Cdp.Collection.Tests.Fakes;

/// <summary>A directory of a test's own.</summary>
public sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-collection-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
