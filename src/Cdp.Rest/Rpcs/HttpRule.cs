using System.Text.RegularExpressions;
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
public sealed partial record HttpRule(string Rpc, string Verb, string Template)
{
    /// <summary>Verb and path in the form in which annotations and endpoints compare.</summary>
    public string Route => RouteOf(Verb, Template);

    /// <summary>All annotations of all stages.</summary>
    public static IReadOnlyList<HttpRule> All { get; } =
    [
        .. new[]
            {
                CollectionReflection.Descriptor, IdentityReflection.Descriptor, RulesReflection.Descriptor,
                ProfileReflection.Descriptor, SegmentSearchReflection.Descriptor, ActivationReflection.Descriptor, GovernanceReflection.Descriptor,
            }
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(Read)
            .OfType<HttpRule>(),
    ];

    /// <summary>Verb and path without the names of parameters and without a slash at the end, which routing ignores.</summary>
    public static string RouteOf(string verb, string template) => $"{verb} {Parameter().Replace(template, "{}").TrimEnd('/')}";

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

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
