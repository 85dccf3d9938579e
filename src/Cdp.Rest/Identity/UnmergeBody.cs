using System.Text.Json;
using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Profile.V1;

namespace Cdp.Rest.Identity;

/// <summary>What is to be undone: exactly one of both.</summary>
/// <param name="Merge">Sequence of a merge, from the profile's merges.</param>
/// <param name="Identifier">
/// An identifier that is to be a person by itself: <c>{"type":"email","value":"a@example.com"}</c> or <c>"email:a@example.com"</c>.
/// </param>
internal sealed record UnmergeBody(long? Merge, JsonElement? Identifier)
{
    private const string Expected = "expected an object of type and value, or a string type:value";

    /// <summary>The request.</summary>
    /// <exception cref="Grpc.Core.RpcException">Neither, both, or an identifier that is none.</exception>
    public UnmergeRequest ToRequest()
    {
        var named = Identifier is { ValueKind: not JsonValueKind.Null } identifier ? identifier : (JsonElement?)null;
        if (Merge is { } merge)
        {
            return named is null
                ? new UnmergeRequest { Merge = merge }
                : throw Failure.Invalid([new FieldError("merge", "is given with identifier; expected one of both"), new FieldError("identifier", "is given with merge; expected one of both")]);
        }
        return named is { } one
            ? new UnmergeRequest { Identifier = Read(one) }
            : throw Failure.Invalid("", "expected merge or identifier: what is to be undone");
    }

    private static Identifier Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            var parts = json.GetString()!.Split(':', 2);
            return parts.Length == 2 ? new Identifier { Type = parts[0], Value = parts[1] } : throw Failure.Invalid("identifier", Expected);
        }
        if (json.ValueKind != JsonValueKind.Object)
            throw Failure.Invalid("identifier", Expected);
        var identifier = new Identifier();
        var errors = new List<FieldError>();
        foreach (var property in json.EnumerateObject())
        {
            var path = $"identifier.{property.Name}";
            if (property.Name is not ("type" or "value"))
                errors.Add(new FieldError(path, "is not a known field"));
            else if (property.Value.ValueKind != JsonValueKind.String)
                errors.Add(new FieldError(path, "expected a string"));
            else if (property.Name == "type")
                identifier.Type = property.Value.GetString()!;
            else
                identifier.Value = property.Value.GetString()!;
        }
        foreach (var missing in new[] { "type", "value" }.Where(name => !json.TryGetProperty(name, out _)))
            errors.Add(new FieldError($"identifier.{missing}", "is missing; expected a string"));
        return errors.Count == 0 ? identifier : throw Failure.Invalid(errors);
    }
}
