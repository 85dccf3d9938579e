using System.Text;
using System.Text.Json;

namespace Cdp.Storage.Elastic.Queries;

/// <summary>Writes single clauses of the query language.</summary>
internal sealed class ClauseWriter(Utf8JsonWriter json)
{
    public void MatchAll() => Empty("match_all");

    public void MatchNone() => Empty("match_none");

    public void Term(string field, string value) => One("term", field, () => json.WriteStringValue(value));

    public void Prefix(string field, string value) => One("prefix", field, () => json.WriteStringValue(value));

    public void Terms(string field, IReadOnlyList<string> values) => One("terms", field, () =>
    {
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    });

    /// <summary>Texts that begin with one and hold another behind it, or end with it.</summary>
    public void Wildcard(string field, string start, string text, bool atEnd) => One("wildcard", field, () =>
    {
        json.WriteStartObject();
        json.WriteString("value", $"{Escape(start)}*{Escape(text)}{(atEnd ? "" : "*")}");
        json.WriteEndObject();
    });

    /// <summary>Terms between two; each bound with its operator, such as <c>gte</c>.</summary>
    public void Range(string field, (string Operator, string Value) lower, (string Operator, string Value) upper) => One("range", field, () =>
    {
        json.WriteStartObject();
        json.WriteString(lower.Operator, lower.Value);
        json.WriteString(upper.Operator, upper.Value);
        json.WriteEndObject();
    });

    /// <summary>Numbers from one to another, both included.</summary>
    public void Range(string field, long first, long last) => One("range", field, () =>
    {
        json.WriteStartObject();
        if (first != long.MinValue)
            json.WriteNumber("gte", first);
        if (last != long.MaxValue)
            json.WriteNumber("lte", last);
        json.WriteEndObject();
    });

    /// <summary>All of the first and none of the second.</summary>
    public void All(Action? filter, Action? mustNot = null) => Bool(() =>
    {
        if (filter is not null)
            Clauses("filter", filter);
        if (mustNot is not null)
            Clauses("must_not", mustNot);
    });

    /// <summary>At least one.</summary>
    public void Any(Action should) => Bool(() =>
    {
        Clauses("should", should);
        json.WriteNumber("minimum_should_match", 1);
    });

    private void Bool(Action write)
    {
        json.WriteStartObject();
        json.WriteStartObject("bool");
        write();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Clauses(string kind, Action write)
    {
        json.WriteStartArray(kind);
        write();
        json.WriteEndArray();
    }

    private void One(string kind, string field, Action value)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WritePropertyName(field);
        value();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Empty(string kind)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '*' or '?' or '\\')
                escaped.Append('\\');
            escaped.Append(character);
        }
        return escaped.ToString();
    }
}
