using Cdp.Storage.Embedded.Sqlite;
using Cdp.Storage.Moving;

namespace Cdp.Move.Sides;

/// <summary>The data directory, locked.</summary>
internal sealed class EmbeddedSide : Side
{
    private readonly IReadOnlyList<DataDirectoryLock> _locks;

    private EmbeddedSide(string directory, IReadOnlyList<DataDirectoryLock> locks, WebApplication stores, bool isWithLog)
        : base($"data directory {directory}", stores, isWithLog) => (Directory, _locks) = (directory, locks);

    /// <summary>Its path.</summary>
    public string Directory { get; }

    /// <summary>Opens the data directory that the settings name.</summary>
    public static EmbeddedSide Open(string[] settings)
    {
        var builder = StoresOfSide.Configure(settings, "mongodb", "kafka");
        var directory = DataDirectory.Of(builder.Configuration);
        var isWithLog = StoresOfSide.Configure(settings).Configuration.GetConnectionString("kafka") is { Length: > 0 };
        var locks = new List<DataDirectoryLock>();
        try
        {
            foreach (var stage in StoresOfSide.Stages)
                locks.Add(DataDirectoryLock.Take(directory, stage));
            return new EmbeddedSide(directory, locks, StoresOfSide.Build(builder), isWithLog);
        }
        catch
        {
            locks.ForEach(held => held.Dispose());
            throw;
        }
    }

    /// <inheritdoc />
    public override Task<bool> HasBegunAsync(CancellationToken cancellationToken) => Task.FromResult(UnfinishedMove.IsMarked(Directory));

    /// <inheritdoc />
    public override Task BeginAsync(CancellationToken cancellationToken)
    {
        UnfinishedMove.Begin(Directory);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task EndAsync(CancellationToken cancellationToken)
    {
        UnfinishedMove.End(Directory);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var held in _locks)
            held.Dispose();
    }
}
