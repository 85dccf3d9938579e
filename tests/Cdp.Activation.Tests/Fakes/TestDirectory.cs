namespace Cdp.Activation.Tests.Fakes;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cdp-activation-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
