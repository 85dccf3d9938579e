using System.Text.Json.Serialization;

namespace Cdp.Rest.Problems;

/// <summary>Problem details (RFC 9457): what every error looks like.</summary>
/// <param name="Title">Name of the HTTP status.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What went wrong, for people.</param>
/// <param name="Errors">The fields at fault; left out where no field is.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemField>? Errors = null);

/// <summary>One field at fault.</summary>
/// <param name="Field">Its path, such as <c>condition.and[1].op</c>.</param>
/// <param name="Message">What was found and what was expected.</param>
internal sealed record ProblemField(string Field, string Message);
