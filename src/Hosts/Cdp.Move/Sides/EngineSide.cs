using System.Net;
using Cdp.Collection;
using Cdp.Storage;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using Cdp.Storage.Moving;

namespace Cdp.Move.Sides;

/// <summary>The engines; this process owns all stages there.</summary>
internal sealed class EngineSide : Side
{
    // Longer than a former owner that was killed is waited for.
    private static readonly TimeSpan OwnedAtLast = TimeSpan.FromSeconds(30);
    private readonly MongoServer _server;
    private readonly IReadOnlyList<MongoStage> _stages;

    private EngineSide(string name, MongoServer server, IReadOnlyList<MongoStage> stages, WebApplication stores, bool isWithLog)
        : base(name, stores, isWithLog) => (_server, _stages) = (server, stages);

    /// <summary>Cancelled once another process owns a stage.</summary>
    public IEnumerable<CancellationToken> Lost => _stages.Select(stage => stage.Lost);

    /// <summary>Opens the engines that the settings name.</summary>
    public static async Task<EngineSide> OpenAsync(string[] settings, CancellationToken cancellationToken)
    {
        var builder = StoresOfSide.Configure(settings);
        if (builder.Configuration.GetConnectionString("mongodb") is not { Length: > 0 } connectionString)
            throw new InvalidOperationException($"{MongoServer.Setting} is needed: it says which engine to move to or from.");
        var isWithLog = builder.Configuration.GetConnectionString("kafka") is { Length: > 0 };
        var server = await MongoServer.ConnectAsync(connectionString, cancellationToken);
        // Together: each may have to wait for a former owner that was killed.
        var owning = StoresOfSide.Stages.Select(stage => OwnAsync(server, stage, cancellationToken)).ToList();
        try
        {
            var stages = await Task.WhenAll(owning);
            // A log that is left behind would be lost.
            await EventLogHome.RequireAsync(stages.Single(stage => stage.Name == CollectionModule.Name), builder.Configuration, cancellationToken);
            builder.Services.AddSingleton(server);
            foreach (var stage in stages)
                builder.Services.AddKeyedSingleton(stage.Name, stage);
            var name = $"MongoDB database {server.Database.DatabaseNamespace.DatabaseName}" + (isWithLog ? $" and Kafka topics {builder.Configuration["Cdp:Kafka:TopicPrefix"] ?? "cdp"}" : "");
            return new EngineSide(name, server, stages, StoresOfSide.Build(builder), isWithLog);
        }
        catch
        {
            foreach (var owned in owning.Where(task => task.IsCompletedSuccessfully))
                await (await owned).DisposeAsync();
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override Task<bool> HasBegunAsync(CancellationToken cancellationToken) => UnfinishedMove.IsMarkedAsync(_server, cancellationToken);

    /// <inheritdoc />
    public override Task BeginAsync(CancellationToken cancellationToken) => UnfinishedMove.BeginAsync(_server, cancellationToken);

    /// <inheritdoc />
    public override Task EndAsync(CancellationToken cancellationToken) => UnfinishedMove.EndAsync(_server, cancellationToken);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var stage in _stages)
            await stage.DisposeAsync();
        _server.Dispose();
    }

    private static async Task<MongoStage> OwnAsync(MongoServer server, string stage, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(OwnedAtLast);
        try
        {
            // Nothing answers there: replicas that stand by tell their callers to come again.
            return await MongoStage.OwnAsync(server, StageSchemas.Of(stage), $"http://{Dns.GetHostName()}:0", TimeProvider.System, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{MongoServer.Setting}: the platform runs on these engines, {stage} for one. Stop it before moving.");
        }
    }
}
