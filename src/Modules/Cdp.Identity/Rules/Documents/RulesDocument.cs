using System.Globalization;
using System.Text.Json;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;

namespace Cdp.Identity.Rules.Documents;

/// <summary>Rules as a JSON document; docs/identity.md describes it.</summary>
internal static class RulesDocument
{
    public const int MostTypes = 100;
    public const int MostPaths = 20;
    public const int MostBlocked = 1_000;
    public const int MostPatterns = 100;
    private const int MostSteps = 20;
    private const int Longest = 1024 * 1024;

    // They travel in the trailers of an answer, which are not large.
    private const int MostErrors = 50;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The rules of a document, and the version that they were made from.</summary>
    /// <param name="json">The document.</param>
    /// <param name="madeFrom">The version, where the caller says it beside the document.</param>
    /// <exception cref="Grpc.Core.RpcException">The document is wrong; names every wrong field.</exception>
    public static (IdentityRules Rules, long? MadeFrom) Read(string json, long? madeFrom)
    {
        if (json.Length > Longest)
            throw Failure.Invalid("", $"The document has {json.Length} characters; at most {Longest} are taken.");
        var errors = new List<FieldError>();
        var draft = Parse(json, errors);
        RulesValidator.Check(draft, errors);
        if (madeFrom is not null && draft.Version is not null && draft.Version != madeFrom)
            errors.Add(new FieldError("version", $"is {draft.Version}, but the request says {madeFrom} beside the document"));
        if (errors.Count > MostErrors)
        {
            var more = errors.Count - MostErrors;
            errors.RemoveRange(MostErrors, more);
            errors.Add(new FieldError("", $"and {more} more errors"));
        }
        return errors.Count == 0 ? (draft.Complete(), madeFrom ?? draft.Version) : throw Failure.Invalid(errors);
    }

    private static RulesDraft Parse(string json, List<FieldError> errors)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return Read(new JsonFields(document.RootElement, "", errors), errors);
        }
        catch (JsonException exception)
        {
            throw Failure.Invalid("", string.Create(
                CultureInfo.InvariantCulture, $"The document is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}, or has a field twice there."));
        }
        throw Failure.Invalid("", "The document is no JSON object.");
    }

    private static RulesDraft Read(JsonFields fields, List<FieldError> errors)
    {
        // created_at stands in answers: who sends one back changed or not need not take it out.
        fields.Expect("identifiers", "blocked_values", "blocked_patterns", "strategy", "default", "version", "created_at");
        var identifiers = fields.List("identifiers", MostTypes) ?? [];
        var others = fields.Object("default");
        others?.Expect("limit", "window");
        return new RulesDraft(
            [.. identifiers.Select((json, i) => Read(json, string.Create(CultureInfo.InvariantCulture, $"{fields.At("identifiers")}[{i}]"), errors)).OfType<IdentifierDraft>()],
            fields.Texts("blocked_values", MostBlocked),
            fields.Texts("blocked_patterns", MostPatterns),
            fields.Text("strategy"),
            others?.Number("limit"),
            others?.Text("window"),
            fields.Number("version"));
    }

    private static IdentifierDraft? Read(JsonElement json, string path, List<FieldError> errors)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new FieldError(path, $"is {JsonFields.Name(json.ValueKind)}; expected an object"));
            return null;
        }
        var fields = new JsonFields(json, path, errors);
        fields.Expect("type", "from", "normalise", "region", "limit", "window", "priority", "unique", "blocked_values", "blocked_patterns");
        var before = errors.Count;
        var type = fields.Text("type");
        if (type is null && errors.Count == before)
            errors.Add(new FieldError(fields.At("type"), "required"));
        return new IdentifierDraft(path)
        {
            Type = type,
            From = fields.Texts("from", MostPaths),
            Normalise = fields.Texts("normalise", MostSteps),
            Region = fields.Text("region"),
            Limit = fields.Number("limit"),
            Window = fields.Text("window"),
            Priority = fields.Number("priority"),
            Unique = fields.Flag("unique"),
            BlockedValues = fields.Texts("blocked_values", MostBlocked),
            BlockedPatterns = fields.Texts("blocked_patterns", MostPatterns),
        };
    }
}
