namespace Cdp.Identity.Tests.Fakes;

/// <summary>A directory of a test's own.</summary>
public sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-identity-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
