using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.InProcess;
using Cdp.Rest.Authentication;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Rest.Tests.Fakes;

/// <summary>The REST surface on a free port of this machine, in front of scripted stages.</summary>
internal sealed class RestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RestServer(WebApplication app, ScriptedStages stages, FakeTimeProvider time)
    {
        _app = app;
        Stages = stages;
        Time = time;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "admin");
    }

    public ScriptedStages Stages { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>Sends with the key "admin" unless a request says otherwise.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RestServer> StartAsync(
        Action<ScriptedStages>? script = null, Dictionary<string, string?>? settings = null, Action<IEndpointRouteBuilder>? map = null)
    {
        var stages = new ScriptedStages();
        script?.Invoke(stages);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(services => new InProcessCallInvoker(stages.Methods).Intercept(services.GetRequiredService<CallerInterceptor>()));
        AddClients(builder.Services);
        builder.AddCdpRest();
        var app = builder.Build();
        app.UseCdpRest();
        app.MapCdpRest();
        map?.Invoke(app);
        await app.StartAsync(Stop);
        return new RestServer(app, stages, time);
    }

    /// <summary>Sends a request and reads the answer; the body is JSON unless it is empty.</summary>
    public async Task<(HttpResponseMessage Response, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? json = null, string key = "admin")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        var response = await Client.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        return (response, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static void AddClients(IServiceCollection services)
    {
        services.AddSingleton(s => new CollectionService.CollectionServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new SourceService.SourceServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new ImportService.ImportServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new IdentityService.IdentityServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new IdentityRulesService.IdentityRulesServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new ProfileService.ProfileServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new SegmentService.SegmentServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new ActivationService.ActivationServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new ApiKeyService.ApiKeyServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new AuditService.AuditServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new ConsentService.ConsentServiceClient(s.GetRequiredService<CallInvoker>()));
        services.AddSingleton(s => new RegulationService.RegulationServiceClient(s.GetRequiredService<CallInvoker>()));
    }
}
