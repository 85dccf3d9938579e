namespace Cdp.Profile.Tests.Fakes;

/// <summary>A directory of one test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-profile-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
