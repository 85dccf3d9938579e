using Cdp.ServiceDefaults.ServiceKeys;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cdp.ServiceDefaults;

/// <summary>gRPC clients of stages that run in other processes.</summary>
public static class StageClients
{
    /// <summary>Largest gRPC message, in bytes.</summary>
    public const int MaxMessageBytes = 64 * 1024 * 1024;

    /// <summary>Connections for calls between services.</summary>
    public static SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = 4 * 1024 * 1024,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Registers a client of a stage, found by service discovery under the stage's name.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="stage">Name of the stage, such as <c>collection</c>.</param>
    public static IServiceCollection AddStageClient<TClient>(this IServiceCollection services, string stage)
        where TClient : ClientBase<TClient>
    {
        services.TryAddTransient<ServiceKeyInterceptor>();
        services.AddGrpcClient<TClient>(client => client.Address = new Uri($"http://_grpc.{stage}"))
            .ConfigureChannel(channel =>
            {
                channel.MaxReceiveMessageSize = MaxMessageBytes;
                channel.MaxSendMessageSize = MaxMessageBytes;
            })
            .AddInterceptor<ServiceKeyInterceptor>()
            .ConfigurePrimaryHttpMessageHandler(Handler)
            .AddHttpMessageHandler(() => new NextReplicaHandler())
            .AddServiceDiscovery();
        return services;
    }
}
