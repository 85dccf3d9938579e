using Cdp.Storage.Embedded.Sqlite;

namespace Cdp.Rest.Tests.Standalone;

public sealed class DataDirectoryLockTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cdp-lock-").FullName;

    [Fact]
    public void Take_AlreadyTaken_SaysSo()
    {
        using var first = DataDirectoryLock.Take(_directory, "profile");

        var failure = Assert.Throws<InvalidOperationException>(() => DataDirectoryLock.Take(_directory, "profile"));

        Assert.Contains("another process", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_directory, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_OtherStageOrAfterDispose_Succeeds()
    {
        using var other = DataDirectoryLock.Take(_directory, "identity");
        DataDirectoryLock.Take(_directory, "profile").Dispose();

        using var again = DataDirectoryLock.Take(_directory, "profile");

        Assert.NotNull(again);
    }

    [Fact]
    public void Take_WhileHeld_FilesCanBeRead()
    {
        using var held = DataDirectoryLock.Take(_directory, "profile");

        Assert.Empty(File.ReadAllBytes(Assert.Single(Directory.EnumerateFiles(_directory))));
    }

    [Fact]
    public void Take_DirectoryIsAFile_SaysThatItCannotBeWritten()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");

        var failure = Assert.Throws<InvalidOperationException>(() => DataDirectoryLock.Take(file, "profile"));

        Assert.Contains("cannot be written", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
