using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.InProcess;
using Cdp.SegmentSearch.Segments;
using Cdp.Storage.Embedded.SegmentSearch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>The whole stage on its embedded store, with a profile stage in memory and a clock that tests move.</summary>
internal sealed class RunningStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _directory = Directory.CreateTempSubdirectory("segments").FullName;
    private readonly Action<SegmentSearchBuilder> _configure;
    private IHost? _host;

    private RunningStage(Action<SegmentSearchBuilder> configure) => (_configure, Profiles) = (configure, new FakeProfileService(Time));

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public FakeProfileService Profiles { get; }

    public FakeActivation Activation { get; } = new();

    public SegmentService.SegmentServiceClient Client { get; private set; } = null!;

    /// <param name="configure">What it runs on beside its embedded store.</param>
    public static async Task<RunningStage> StartAsync(Action<SegmentSearchBuilder>? configure = null)
    {
        var stage = new RunningStage(configure ?? (_ => { }));
        await stage.StartAgainAsync();
        return stage;
    }

    public T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    public async Task StartAgainAsync()
    {
        if (_host is not null)
            await StopAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Cdp:DataDirectory", _directory)]);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton<TimeProvider>(Time);
        _configure(builder.AddSegmentSearch().UseEmbedded());
        var methods = new InProcessMethods();
        ProfileService.BindService(methods, Profiles);
        var invoker = new InProcessCallInvoker(methods);
        ActivationService.BindService(methods, Activation);
        builder.Services.AddSingleton(new ProfileService.ProfileServiceClient(invoker));
        builder.Services.AddSingleton(new ActivationService.ActivationServiceClient(invoker));
        _host = builder.Build();
        SegmentSearchModule.Bind(methods, _host.Services);
        Client = new SegmentService.SegmentServiceClient(invoker);
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopAsync()
    {
        await _host!.StopAsync(TestContext.Current.CancellationToken);
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    public async Task<Contracts.SegmentSearch.V1.Segment> CreateAsync(string key, string condition) =>
        await Client.CreateSegmentAsync(new CreateSegmentRequest { Key = key, Condition = condition }, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Waits until everything that the profile stage has published is evaluated.</summary>
    public async Task CaughtUpAsync()
    {
        await Get<SegmentState>().WaitLoadedAsync(TestContext.Current.CancellationToken);
        await UntilAsync(async () =>
            (await Client.GetStatusAsync(new Contracts.SegmentSearch.V1.GetStatusRequest(), cancellationToken: TestContext.Current.CancellationToken))
            .ProfileSequence == Profiles.Sequence);
    }

    public async Task<string[]> MembersAsync(string key)
    {
        var members = await Client.ListMembersAsync(new ListMembersRequest { Key = key, Limit = 1_000 }, cancellationToken: TestContext.Current.CancellationToken);
        var segment = await Client.GetSegmentAsync(new GetSegmentRequest { Key = key }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(segment.Size, members.Members.Count);
        return [.. members.Members.Select(m => m.ProfileId)];
    }

    /// <summary>History, oldest first: +id entered, -id left; then the cause, then the peer of a merge.</summary>
    public async Task<string[]> HistoryAsync(string key)
    {
        var history = await Client.ListHistoryAsync(new ListHistoryRequest { Key = key, Limit = 1_000 }, cancellationToken: TestContext.Current.CancellationToken);
        return [.. history.Changes.Reverse().Select(Describe)];
    }

    public static string Describe(MembershipChange change) =>
        $"{(change.Entered ? '+' : '-')}{change.ProfileId} {change.Cause}{(change.MergePeerId.Length > 0 ? " " + change.MergePeerId : "")}";

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
            await Task.Delay(2, patience.Token);
    }

    /// <summary>Waits while time goes on by the second: whoever waits for a second may begin to only after a large step.</summary>
    public Task UntilWithTimeAsync(Func<Task<bool>> condition) => UntilAsync(async () =>
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return await condition();
    });

    public bool FilesHold(string text) => Directory.EnumerateFiles(_directory).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
    });

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
