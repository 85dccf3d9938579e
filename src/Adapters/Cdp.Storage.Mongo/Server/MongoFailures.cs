using Grpc.AspNetCore.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Storage.Mongo.Server;

/// <summary>Registers how failures of MongoDB are told.</summary>
public static class MongoFailures
{
    /// <summary>
    /// Tells gRPC callers UNAVAILABLE while MongoDB is away, and /health the same as <c>mongodb</c>. Once for a process, whose
    /// <see cref="MongoServer"/> must be registered. In-process calls take <see cref="MongoFailureInterceptor"/> where they are bound.
    /// </summary>
    public static IServiceCollection AddMongoFailures(this IServiceCollection services)
    {
        services.AddSingleton<MongoFailureInterceptor>();
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<MongoFailureInterceptor>());
        services.AddHealthChecks().AddCheck<MongoHealthCheck>("mongodb");
        return services;
    }
}
