using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Cdp.ServiceDefaults.Auditing;

/// <summary>
/// What a change was made to: the id or key in the request, else that of the thing in the answer, else the number of the
/// version or split that it made. Never another field:
/// the audit trail outlives the people whose names and addresses stand in other fields.
/// </summary>
internal static class AuditTarget
{
    private const int Longest = 200;
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor?> Fields = new();

    /// <summary>The target; empty where neither names one.</summary>
    public static string Of(IMessage? request, IMessage? response)
    {
        var target = Read(request) ?? Read(response) ?? "";
        return target.Length <= Longest ? target : target[..Longest];
    }

    private static string? Read(IMessage? message)
    {
        if (message is null)
            return null;
        return Fields.GetOrAdd(message.Descriptor, Choose)?.Accessor.GetValue(message) switch
        {
            string { Length: > 0 } id => id,
            long number => number.ToString(CultureInfo.InvariantCulture),
            IMessage inner => Read(inner),
            _ => null,
        };
    }

    private static FieldDescriptor? Choose(MessageDescriptor descriptor) =>
        Text(descriptor, "id") ?? Text(descriptor, "key") ?? descriptor.Fields.InDeclarationOrder().FirstOrDefault(f =>
            f.FieldType == FieldType.Message && !f.IsRepeated && Text(f.MessageType, "id") is not null)
        ?? Number(descriptor, "version") ?? Number(descriptor, "split");

    private static FieldDescriptor? Number(MessageDescriptor descriptor, string name) =>
        descriptor.FindFieldByName(name) is { FieldType: FieldType.Int64, IsRepeated: false } field ? field : null;

    private static FieldDescriptor? Text(MessageDescriptor descriptor, string name) =>
        descriptor.FindFieldByName(name) is { FieldType: FieldType.String, IsRepeated: false } field ? field : null;
}
