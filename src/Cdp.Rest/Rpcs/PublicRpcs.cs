using System.Collections.Frozen;
using Cdp.Contracts.Scopes;
using Cdp.Rest.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Cdp.Rest.Rpcs;

/// <summary>
/// The rpcs that the outside may call, each with its scope. One that REST offers has the scope of its REST endpoint; what
/// stages call among themselves is not here.
/// </summary>
/// <param name="endpoints">All endpoints of this process.</param>
public sealed class PublicRpcs(EndpointDataSource endpoints)
{
    private const string Prefix = "/cdp.";
    private const string IntakePrefix = "/cdp.collection.v1.CollectionService/Ingest";

    // Intake takes its write key in the message. Feeds show everything, so they take the scope that has everything.
    private static readonly (string Rpc, string? Scope)[] WithoutRest =
    [
        ("/cdp.collection.v1.CollectionService/Ingest", null),
        ("/cdp.collection.v1.CollectionService/IngestBatch", null),
        ("/cdp.collection.v1.CollectionService/IngestStream", null),
        ("/cdp.collection.v1.CollectionService/Subscribe", Scope.All),
        ("/cdp.collection.v1.ImportService/CreateImport", "imports:write"),
        ("/cdp.profile.v1.ProfileService/Subscribe", Scope.All),
        ("/cdp.profile.v1.ProfileService/Scan", Scope.All),
        ("/cdp.segment_search.v1.SegmentService/Subscribe", Scope.All),
    ];

    // Endpoints are mapped after services are made, so they are read at the first call.
    private readonly Lazy<FrozenDictionary<string, string?>> _scopes = new(() => Read(endpoints));

    /// <summary>Paths of all public rpcs.</summary>
    public static IEnumerable<string> Paths => WithoutRest.Select(r => r.Rpc).Concat(HttpRule.All.Select(r => r.Rpc));

    /// <summary>Whether a path is that of a platform rpc, public or not.</summary>
    public static bool IsRpc(PathString path) => path.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Whether a path is that of gRPC intake.</summary>
    public static bool IsIntake(PathString path) => path.Value?.StartsWith(IntakePrefix, StringComparison.Ordinal) == true;

    /// <summary>The scope that a public rpc needs, null where it carries a write key; false where the rpc is not public.</summary>
    public bool TryFind(PathString path, out string? scope) => _scopes.Value.TryGetValue(path.Value ?? "", out scope);

    private static FrozenDictionary<string, string?> Read(EndpointDataSource endpoints)
    {
        var rest = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ScopeRequirement>() is not null)
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(verb =>
                (Key: HttpRule.RouteOf(verb, e.RoutePattern.RawText ?? ""), e.Metadata.GetMetadata<ScopeRequirement>()!.Scope)))
            .ToDictionary(e => e.Key, e => e.Scope, StringComparer.Ordinal);
        return HttpRule.All.Where(rule => rest.ContainsKey(rule.Route))
            .Select(rule => (rule.Rpc, Scope: (string?)rest[rule.Route]))
            .Concat(WithoutRest)
            .ToFrozenDictionary(r => r.Rpc, r => r.Scope, StringComparer.Ordinal);
    }
}
