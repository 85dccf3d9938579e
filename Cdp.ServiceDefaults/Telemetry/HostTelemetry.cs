using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cdp.ServiceDefaults.Telemetry;

/// <summary>Traces, metrics and logs of a process, sent by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says.</summary>
internal static class HostTelemetry
{
    private const string Sources = "Cdp.*";

    // The driver's own spans; it leaves out what a command holds.
    private const string MongoDriver = "MongoDB.Driver";

    public static void AddHostTelemetry(this WebApplicationBuilder builder, string stage)
    {
        // Where an orchestrator names the process (OTEL_SERVICE_NAME), that is its name.
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService($"cdp-{stage}").AddEnvironmentVariableDetector());
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddMeter(Sources))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(server =>
                {
                    server.Filter = context => !CdpHost.IsHealth(context.Request.Path);
                    // A path may hold an e-mail address or a write key: what is told is the route.
                    server.EnrichWithHttpResponse = (span, response) => span.SetTag("url.path", RouteOf(response.HttpContext));
                })
                .AddHttpClientInstrumentation()
                .AddSource(Sources, CallSpans.GrpcSource, MongoDriver)
                .AddProcessor(new CallSpans()))
            .WithLogging()
            .UseOtlpExporter();
    }

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
}
