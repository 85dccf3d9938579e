using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Cdp.Rest.Problems;

/// <summary>Says what is wrong with a request that could not be read, without repeating its values.</summary>
internal static partial class BadRequest
{
    public static string Detail(BadHttpRequestException exception) => exception switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The body is too large.",
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => "The body has to be sent with Content-Type: application/json.",
        { InnerException: JsonException json } when Field(json) is { Length: > 0 } field => $"{field}: {Message(json)}",
        { InnerException: JsonException json } => $"The body: {Message(json)}",
        _ when Parameter(exception) is { } parameter => $"{parameter.Field}: {parameter.Message}",
        _ when exception.Message.Contains("no body", StringComparison.Ordinal) => "A JSON object is required as body.",
        _ => "The request is not valid HTTP.",
    };

    public static IReadOnlyList<ProblemField>? Errors(BadHttpRequestException exception) => exception switch
    {
        { InnerException: JsonException json } => [new ProblemField(Field(json), Message(json))],
        _ when Parameter(exception) is { } parameter => [parameter],
        _ => null,
    };

    /// <summary>The path in snake case, without the leading <c>$.</c>.</summary>
    internal static string Field(JsonException exception)
    {
        var path = exception.Path ?? "$";
        if (UnknownProperty().Match(exception.Message) is { Success: true } unknown && !path.EndsWith(unknown.Groups["name"].Value, StringComparison.Ordinal))
            path = $"{path}.{unknown.Groups["name"].Value}";
        return path.TrimStart('$').TrimStart('.');
    }

    internal static string Message(JsonException exception)
    {
        if (UnknownProperty().IsMatch(exception.Message))
            return "is not a known field";
        if (WrongType().Match(exception.Message) is { Success: true } wrong)
            return $"expected {Expected(wrong.Groups["type"].Value)}";
        return exception.LineNumber is { } line && exception.BytePositionInLine is { } position
            ? string.Create(CultureInfo.InvariantCulture, $"is not valid JSON at line {line + 1}, byte {position + 1}")
            : "is not valid JSON";
    }

    private static string Expected(string type) => type switch
    {
        "System.String" => "a string",
        _ when type.Contains("System.Boolean", StringComparison.Ordinal) => "true or false",
        _ when type.Contains("System.Int", StringComparison.Ordinal) => "a whole number",
        _ when type.EndsWith("[]", StringComparison.Ordinal) || type.Contains(".List`1", StringComparison.Ordinal) => "a list",
        _ => "an object",
    };

    // The framework tells only in its message which parameter of the query or path could not be read.
    private static ProblemField? Parameter(BadHttpRequestException exception) =>
        UnreadParameter().Match(exception.Message) is { Success: true } match
            ? new ProblemField(match.Groups["name"].Value.ToLowerInvariant(), $"expected {Parameter(match.Groups["type"].Value)}")
            : null;

    private static string Parameter(string type) =>
        type.Contains("bool", StringComparison.Ordinal) ? "true or false" : type.Contains("int", StringComparison.Ordinal) ? "a whole number" : $"a valid {type}";

    [GeneratedRegex("^The JSON property '(?<name>.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex UnknownProperty();

    [GeneratedRegex(@"could not be converted to (?<type>.+?)\. Path:", RegexOptions.Singleline)]
    private static partial Regex WrongType();

    [GeneratedRegex("""^Failed to bind parameter "(?<type>.+) (?<name>\w+)" from""")]
    private static partial Regex UnreadParameter();
}
