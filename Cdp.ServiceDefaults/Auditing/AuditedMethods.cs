using System.Collections.Frozen;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Google.Protobuf.Reflection;

namespace Cdp.ServiceDefaults.Auditing;

/// <summary>The rpcs that are marked <c>audited</c> in their protos, by full name, with the action that each stands for.</summary>
internal static class AuditedMethods
{
    private static readonly Lazy<FrozenDictionary<string, string>> Actions = new(() => Find(
    [
        Contracts.Collection.V1.CollectionReflection.Descriptor, Contracts.Identity.V1.IdentityReflection.Descriptor,
        Contracts.Identity.V1.RulesReflection.Descriptor, Contracts.Profile.V1.ProfileReflection.Descriptor, Contracts.SegmentSearch.V1.SegmentSearchReflection.Descriptor,
        Contracts.Activation.V1.ActivationReflection.Descriptor, GovernanceReflection.Descriptor,
    ]));

    /// <summary>The action of an rpc, such as <c>segment.create</c>; null where it is not audited.</summary>
    public static string? ActionOf(string method) => Actions.Value.GetValueOrDefault(method);

    /// <summary>What the protos mark. The interceptor does not see the end of a server stream: such a mark would be a lie.</summary>
    public static FrozenDictionary<string, string> Find(IEnumerable<FileDescriptor> files)
    {
        var actions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var method in files.SelectMany(f => f.Services).SelectMany(s => s.Methods))
        {
            var action = method.GetOptions()?.GetExtension(CommonExtensions.Audited);
            if (string.IsNullOrEmpty(action))
                continue;
            if (method.IsServerStreaming)
                throw new NotSupportedException($"{method.FullName} is audited and streams its answer; only rpcs with one answer can be audited.");
            actions.Add($"/{method.Service.FullName}/{method.Name}", action);
        }
        return actions.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
