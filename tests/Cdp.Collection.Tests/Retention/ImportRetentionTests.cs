using Cdp.Collection.Imports;
using Cdp.Collection.Tests.Fakes;
using Cdp.Contracts.Collection.V1;
using Cdp.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Collection.Tests.Retention;

public sealed class ImportRetentionTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stage_ImportsOlderThanTheAge_AreForgottenWithinTheHour()
    {
        await using var server = await TrackingServer.StartAsync(
            _directory.Path,
            services => services.AddSingleton<TimeProvider>(_time).AddSingleton(new RetentionAges { Imports = TimeSpan.FromDays(30) }));
        var store = server.Services.GetRequiredService<IImportStore>();
        await store.PutAsync(Ended("imp_1", days: 31), Stop);
        await store.PutAsync(Ended("imp_2", days: 1), Stop);

        while (await store.FindAsync("imp_1", Stop) is not null)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(20, Stop);
        }

        Assert.NotNull(await store.FindAsync("imp_2", Stop));
    }

    public void Dispose() => _directory.Dispose();

    private ImportJob Ended(string id, int days)
    {
        var at = _time.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds();
        return new ImportJob { Id = id, State = "finished", CreatedAt = at, FinishedAt = at };
    }
}
