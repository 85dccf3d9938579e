using System.Text.RegularExpressions;
using Cdp.Rest.Authentication;
using Cdp.Rest.Rpcs;
using Cdp.Rest.Tests.Fakes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Rest.Tests;

public sealed partial class RestApiTests
{
    [Fact]
    public async Task Endpoints_EveryHttpAnnotation_HasOne()
    {
        await using var server = await RestServer.StartAsync();
        var mapped = Endpoints(server).SelectMany(e => Verbs(e).Select(verb => HttpRule.RouteOf(verb, e.RoutePattern.RawText!))).ToHashSet();

        Assert.NotEmpty(HttpRule.All);
        Assert.All(HttpRule.All, rule => Assert.Contains(rule.Route, mapped));
    }

    [Fact]
    public async Task Endpoints_EachOfThem_SaysWhoMayCallIt()
    {
        await using var server = await RestServer.StartAsync();

        Assert.All(Endpoints(server), endpoint => Assert.True(
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || endpoint.Metadata.GetMetadata<ScopeRequirement>() is { } required && Scope().IsMatch(required.Scope),
            $"{endpoint.DisplayName} declares no scope."));
    }

    private static IEnumerable<RouteEndpoint> Endpoints(RestServer server) =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static IReadOnlyList<string> Verbs(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];

    [GeneratedRegex("^(sources|imports|profiles|identity|segments|destinations|activations|deliveries|dead_letters|audit|consent|regulations|api_keys|pipeline):(read|write)$")]
    private static partial Regex Scope();
}
