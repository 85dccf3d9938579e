using System.Text.Json;
using Cdp.SegmentSearch.Conditions;
using Cdp.SegmentSearch.Search;
using Cdp.Storage.Elastic.Documents;

namespace Cdp.Storage.Elastic.Queries;

/// <summary>
/// Writes a filter as a query. A reference to a segment becomes that segment's condition: the documents need not be
/// written when memberships change.
/// </summary>
internal sealed class FilterQuery(Utf8JsonWriter json, ProfileQuery query, long now)
{
    /// <summary>Parts of a query; segments that refer to segments may multiply far beyond what was written.</summary>
    private const int MostParts = 2_000;

    private const string Events = ProfileMapping.Events;
    private readonly ClauseWriter _clauses = new(json);
    private int _parts;

    /// <summary>Writes the query.</summary>
    /// <exception cref="OversizeQueryException">It would be larger than an engine should be asked.</exception>
    public void Write()
    {
        if (query.Filter is null)
            _clauses.MatchAll();
        else
            Write(query.Filter, ProfileMapping.Traits);
    }

    private void Write(Filter filter, string field)
    {
        if (++_parts > MostParts)
            throw new OversizeQueryException();
        switch (filter)
        {
            case AllFilter all:
                WriteAll(all.Parts, field);
                break;
            case AnyFilter any:
                _clauses.Any(() => WriteEach(any.Parts, field));
                break;
            case NotFilter not:
                _clauses.All(null, () => Write(not.Part, field));
                break;
            case ValueFilter value:
                new ValueQuery(_clauses, now).Write(field, value);
                break;
            case SegmentFilter segment:
                Write(query.SegmentCondition(segment.Key), field);
                break;
            case EventFilter events:
                WriteCounts(events);
                break;
            default:
                throw new NotSupportedException($"{filter.GetType().Name} cannot be queried.");
        }
    }

    // What is negated stands beside what is not: the engine limits how deep a query may be.
    private void WriteAll(IReadOnlyList<Filter> parts, string field)
    {
        var negated = parts.OfType<NotFilter>().Select(not => not.Part).ToList();
        var others = parts.Where(part => part is not NotFilter).ToList();
        _clauses.All(others.Count == 0 ? null : () => WriteEach(others, field), negated.Count == 0 ? null : () => WriteEach(negated, field));
    }

    private void WriteEach(IReadOnlyList<Filter> parts, string field)
    {
        foreach (var part in parts)
            Write(part, field);
    }

    private void WriteCounts(EventFilter filter)
    {
        var (least, most) = filter.Count;
        if (most < least || most < 0)
            _clauses.MatchNone();
        else if (least <= 0 && most == long.MaxValue)
            _clauses.MatchAll();
        else if (most == long.MaxValue)
            WriteAtLeast(filter, least);
        else
            _clauses.All(least <= 0 ? null : () => WriteAtLeast(filter, least), () => WriteAtLeast(filter, most + 1));
    }

    // Each event counts 1 towards the score, exactly: numbers far beyond the most events of a profile are exact.
    private void WriteAtLeast(EventFilter filter, long count)
    {
        json.WriteStartObject();
        if (count == 1)
            WriteNested("none", () => WriteEvent(filter));
        else
        {
            json.WriteStartObject("function_score");
            json.WriteNumber("min_score", count);
            json.WriteStartObject("query");
            WriteNested("sum", () =>
            {
                json.WriteStartObject();
                json.WriteStartObject("constant_score");
                json.WriteNumber("boost", 1);
                json.WritePropertyName("filter");
                WriteEvent(filter);
                json.WriteEndObject();
                json.WriteEndObject();
            });
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteNested(string scores, Action inner)
    {
        json.WriteStartObject("nested");
        json.WriteString("path", Events);
        json.WriteString("score_mode", scores);
        json.WritePropertyName("query");
        inner();
        json.WriteEndObject();
    }

    private void WriteEvent(EventFilter filter)
    {
        var (first, last) = filter.Window.At(now, query.EventsKept);
        _clauses.All(() =>
        {
            _clauses.Term($"{Events}.{ProfileMapping.Name}", filter.Name);
            if (first != long.MinValue || last != long.MaxValue)
                _clauses.Range($"{Events}.{ProfileMapping.Time}", first, last);
            if (filter.Where is not null)
                Write(filter.Where, $"{Events}.{ProfileMapping.Properties}");
        });
    }
}
