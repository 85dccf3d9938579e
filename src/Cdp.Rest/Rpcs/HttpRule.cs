using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Cdp.Rest.Rpcs;

/// <summary>The HTTP annotation of an rpc.</summary>
/// <param name="Rpc">Path of the rpc, such as <c>/cdp.collection.v1.SourceService/GetSource</c>.</param>
/// <param name="Verb">HTTP method.</param>
/// <param name="Template">Path, such as <c>/v1/sources/{id}</c>.</param>
public sealed record HttpRule(string Rpc, string Verb, string Template)
{
    /// <summary>All annotations of all stages.</summary>
    public static IReadOnlyList<HttpRule> All { get; } =
    [
        .. new[]
            {
                CollectionReflection.Descriptor, IdentityReflection.Descriptor, ProfileReflection.Descriptor,
                SegmentSearchReflection.Descriptor, ActivationReflection.Descriptor, GovernanceReflection.Descriptor,
            }
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(Read)
            .OfType<HttpRule>(),
    ];

    private static HttpRule? Read(MethodDescriptor method)
    {
        var rule = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http);
        if (rule is null)
            return null;
        var (verb, template) = rule.PatternCase switch
        {
            Google.Api.HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            Google.Api.HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            Google.Api.HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            Google.Api.HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            Google.Api.HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            _ => throw new NotSupportedException($"{method.FullName}: the annotation has no path."),
        };
        return new HttpRule($"/{method.Service.FullName}/{method.Name}", verb, template);
    }
}
