using System.Text;
using Cdp.Storage.Embedded.Governance;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>The embedded stores in a directory of their own, which can be opened again as after a crash.</summary>
internal sealed class GovernanceFiles : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cdp-governance-").FullName;
    private GovernanceDatabase _database;

    public GovernanceFiles() => _database = new GovernanceDatabase(_directory);

    public EmbeddedApiKeyStore ApiKeys => new(_database);

    public EmbeddedAuditStore Audit => new(_database);

    public EmbeddedPurposeStore Purposes => new(_database);

    public EmbeddedRegulationStore Regulations => new(_database);

    public GovernanceDatabase Database => _database;

    public async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        _database = new GovernanceDatabase(_directory);
    }

    /// <summary>Whether any file, write-ahead logs included, holds a text.</summary>
    public bool Contain(string text) => Directory.EnumerateFiles(_directory).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    });

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
