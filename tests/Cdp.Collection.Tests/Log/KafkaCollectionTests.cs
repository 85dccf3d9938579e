using Cdp.Collection.Log;
using Cdp.Collection.Tests.Fakes;
using Cdp.Engines;
using Cdp.Storage.Embedded.Collection;
using Cdp.Storage.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Cdp.Collection.Tests.Log;

public sealed class KafkaCollectionTests(KafkaEngine engine)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseKafkaLog_AnotherProcessTakesOver_EndsTheHost()
    {
        await using var kafka = new KafkaLogs(await engine.ConnectAsync(Stop), TimeProvider.System);
        using var directory = new TempDirectory();
        using var host = Create(
            new("ConnectionStrings:kafka", kafka.Brokers), new("Cdp:Kafka:TopicPrefix", kafka.Prefix),
            new("Cdp:Collection:Partitions", "2"), new("Cdp:DataDirectory", directory.Path), new("Cdp:WriteKey", "test-write-key"));
        await host.StartAsync(Stop);
        var log = host.Services.GetRequiredService<IEventLog>();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        var ending = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        Assert.Equal("nd", await log.AppendAsync(("ann", "1"), ("ann", "1")));
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Stop)).Status);

        var other = await kafka.OpenAsync();
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(("ann", "2")));
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.AppendAsync(("ann", "2")));

        Assert.True(ending.IsCancellationRequested);
        var report = await health.CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Contains("Another process", report.Entries["kafka"].Description, StringComparison.Ordinal);
        Assert.Equal("dn", await other.AppendAsync(("ann", "1"), ("ann", "2")));
        await host.StopAsync(Stop);
    }

    [Fact]
    public void UseKafkaLog_NoConnectionString_SaysSo()
    {
        var wrong = Assert.Throws<InvalidOperationException>(() => Create());

        Assert.Contains("ConnectionStrings:kafka", wrong.Message, StringComparison.Ordinal);
    }

    private static IHost Create(params KeyValuePair<string, string?>[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddCollection().UseEmbeddedState().UseKafkaLog();
        return builder.Build();
    }
}
