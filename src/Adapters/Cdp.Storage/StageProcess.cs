using System.Net;
using Cdp.Collection;
using Cdp.ServiceDefaults;
using Cdp.Storage.Embedded.Sqlite;
using Cdp.Storage.Kafka;
using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using Cdp.Storage.Moving;
using Cdp.Storage.Standby;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage;

/// <summary>
/// Runs a stage on the stores that are configured. On embedded stores the process owns the data directory and serves at once.
/// On MongoDB one replica of a stage owns it and serves; the others pass calls on to it and take over when it goes.
/// </summary>
public static class StageProcess
{
    private static readonly TimeSpan OwnedAtOnce = TimeSpan.FromSeconds(1);

    // Longer than a former owner is waited for.
    private static readonly TimeSpan OwnedAtLast = TimeSpan.FromSeconds(20);

    /// <summary>Runs until the process is told to stop; returns its exit code.</summary>
    /// <param name="args">Command line.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="register">Registers what the host is made of.</param>
    /// <param name="map">Maps its endpoints.</param>
    public static Task<int> RunAsync(string[] args, string stage, Action<WebApplicationBuilder> register, Action<WebApplication> map)
    {
        var isStarting = true;
        return CdpProcess.TellAsync(stage, () => RunStageAsync(args, stage, register, map, () => isStarting = false), () => isStarting);
    }

    /// <summary>Runs several stages in one process. On MongoDB it waits until it owns all of them, and ends where it loses one.</summary>
    /// <param name="args">Command line.</param>
    /// <param name="host">Name of the host.</param>
    /// <param name="stages">Names of the stages.</param>
    /// <param name="register">Registers what the host is made of.</param>
    /// <param name="map">Maps its endpoints.</param>
    public static Task<int> RunAllAsync(
        string[] args, string host, IReadOnlyCollection<string> stages, Action<WebApplicationBuilder> register, Action<WebApplication> map)
    {
        var isStarting = true;
        return CdpProcess.TellAsync(host, RunAsync, () => isStarting);

        async Task<int> RunAsync()
        {
            var configuration = CdpHost.CreateBuilder(args, host).Configuration;
            if (configuration.Mongo() is not { } connectionString)
                return await RunEmbeddedAsync(args, host, stages, register, map);
            using var server = await MongoServer.ConnectAsync(connectionString, CancellationToken.None);
            var address = OwnAddress(configuration, host);
            var owned = new List<MongoStage>();
            try
            {
                foreach (var stage in stages)
                {
                    var owning = OwnAsync(stage, address, server, configuration, CancellationToken.None);
                    if (await Task.WhenAny(owning, Task.Delay(OwnedAtOnce)) != owning)
                        await OwnershipWait.TellAsync(host, stage, address, server);
                    owned.Add(await owning);
                }
                isStarting = false;
                using var lost = CancellationTokenSource.CreateLinkedTokenSource([.. owned.Select(o => o.Lost)]);
                var exit = await RunOwnedAsync(args, host, server, owned, register, map, lost.Token);
                return lost.IsCancellationRequested ? 1 : exit;
            }
            finally
            {
                foreach (var stage in owned)
                    await stage.DisposeAsync();
            }
        }
    }

    private static async Task<int> RunStageAsync(
        string[] args, string stage, Action<WebApplicationBuilder> register, Action<WebApplication> map, Action started)
    {
        var configuration = CdpHost.CreateBuilder(args, stage).Configuration;
        if (configuration.Mongo() is not { } connectionString)
            return await RunEmbeddedAsync(args, stage, [stage], register, map);
        using var server = await MongoServer.ConnectAsync(connectionString, CancellationToken.None);
        var address = OwnAddress(configuration, stage);
        while (true)
        {
            if (await StandByAsync(args, stage, address, server, configuration) is not { } owned)
                return 0;
            started();
            await using (owned)
            {
                var logLost = CancellationToken.None;
                var exit = await RunOwnedAsync(args, stage, server, [owned], register, MapOwned, owned.Lost);
                if (exit != 0 || !(owned.Lost.IsCancellationRequested || logLost.IsCancellationRequested))
                    return exit;

                void MapOwned(WebApplication app)
                {
                    logLost = app.Services.GetService<KafkaEventLog>()?.Lost ?? CancellationToken.None;
                    map(app);
                }
            }
        }
    }

    private static Task<int> RunEmbeddedAsync(
        string[] args, string host, IReadOnlyCollection<string> stages, Action<WebApplicationBuilder> register, Action<WebApplication> map) =>
        CdpProcess.RunAsync(
            args,
            host,
            builder =>
            {
                UnfinishedMove.Refuse(DataDirectory.Of(builder.Configuration));
                foreach (var stage in stages)
                    builder.LockDataDirectory(stage);
                register(builder);
            },
            map);

    private static Task<int> RunOwnedAsync(
        string[] args, string host, MongoServer server, IReadOnlyCollection<MongoStage> owned, Action<WebApplicationBuilder> register, Action<WebApplication> map, CancellationToken lost) =>
        CdpProcess.RunAsync(
            args,
            host,
            builder =>
            {
                // Made outside, so the container does not dispose of them: they outlive what is stored through them.
                builder.Services.AddSingleton(server);
                builder.Services.AddMongoFailures();
                foreach (var stage in owned)
                    builder.Services.AddKeyedSingleton(stage.Name, stage);
                if (builder.Configuration.Kafka() is null && owned.Any(stage => stage.Name == CollectionModule.Name))
                    builder.LockDataDirectory(CollectionModule.Name);
                register(builder);
            },
            map,
            lost);

    private static async Task<MongoStage> OwnAsync(
        string stage, string address, MongoServer server, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var owned = await MongoStage.OwnAsync(server, StageSchemas.Of(stage), address, TimeProvider.System, cancellationToken);
        try
        {
            await UnfinishedMove.RefuseAsync(server, cancellationToken);
            if (stage == CollectionModule.Name)
                await EventLogHome.RequireAsync(owned, configuration, cancellationToken);
            return owned;
        }
        catch
        {
            await owned.DisposeAsync();
            throw;
        }
    }

    /// <summary>Owns the stage, as a standby until then; null where the process was told to stop.</summary>
    private static async Task<MongoStage?> StandByAsync(string[] args, string stage, string address, MongoServer server, IConfiguration configuration)
    {
        using var giveUp = new CancellationTokenSource();
        var owning = OwnAsync(stage, address, server, configuration, giveUp.Token);
        var mayStandBy = stage != CollectionModule.Name || configuration.Kafka() is not null;
        if (await Task.WhenAny(owning, Task.Delay(mayStandBy ? OwnedAtOnce : OwnedAtLast)) == owning)
            return await owning;
        if (!mayStandBy)
        {
            throw new InvalidOperationException(
                $"another replica owns {stage} (at {await MongoStage.OwnerAsync(server, stage, CancellationToken.None)}). Without ConnectionStrings:kafka collection keeps its event log on its own disk and is one replica.");
        }
        await using var standby = await StandbyHost.StartAsync(args, stage, address, server);
        using var stopping = standby.Lifetime.ApplicationStopping.Register(giveUp.Cancel);
        try
        {
            var owned = await owning;
            await standby.StopAsync();
            return owned;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            return null;
        }
    }

    // Where the other replicas reach this one.
    private static string OwnAddress(IConfiguration configuration, string stage)
    {
        if (configuration["Cdp:AdvertisedUrl"] is { Length: > 0 } advertised)
            return advertised;
        var url = configuration["Cdp:GrpcUrls"]?.Split(';')[0].Trim() ?? $"http://127.0.0.1:{StagePorts.Of(stage).Grpc}";
        var bound = BindingAddress.Parse(url);
        var isAny = bound.Host is "*" or "+" || (IPAddress.TryParse(bound.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return $"{bound.Scheme}://{(isAny ? Dns.GetHostName() : bound.Host)}:{bound.Port}";
    }
}
