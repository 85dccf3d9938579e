using System.Text;
using System.Text.Json;

namespace Cdp.SegmentSearch.Conditions;

/// <summary>Reads <c>op</c> and <c>value</c> of a trait or property condition.</summary>
internal sealed class ValueTestReader(ConditionErrors errors)
{
    public ValueTest? Read(JsonElement condition, string path)
    {
        if (!condition.TryGetProperty("op", out var op) || op.ValueKind != JsonValueKind.String)
        {
            errors.Expected($"{path}.op", op, $"one of {OperatorNames.All}");
            return null;
        }
        if (!OperatorNames.TryGet(op.GetString()!, out var filterOperator, out var shape))
        {
            errors.Add($"{path}.op", $"is no operator; expected one of {OperatorNames.All}");
            return null;
        }
        var given = condition.TryGetProperty("value", out var value);
        path += ".value";
        if (shape != OperandShape.None)
            return ReadOperands(filterOperator, shape, value, path);
        if (given)
            errors.Add(path, $"{op.GetString()} takes no value");
        return new ValueTest(filterOperator, []);
    }

    private ValueTest? ReadOperands(FilterOperator filterOperator, OperandShape shape, JsonElement value, string path)
    {
        switch (shape)
        {
            case OperandShape.Duration:
                if (value.ValueKind == JsonValueKind.String && Duration.TryParse(value.GetString(), out var length))
                    return new ValueTest(filterOperator, [], length);
                errors.Expected(path, value, Duration.Expected);
                return null;
            case OperandShape.Range:
                return ReadRange(filterOperator, value, path);
            case OperandShape.List:
                return ReadList(filterOperator, value, path);
            default:
                return ReadOperand(value, shape, path) is { } operand ? new ValueTest(filterOperator, [operand]) : null;
        }
    }

    private ValueTest? ReadRange(FilterOperator filterOperator, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2)
        {
            errors.Expected(path, value, "an array of two numbers or two strings, least and most");
            return null;
        }
        var least = ReadOperand(value[0], OperandShape.NumberOrText, $"{path}[0]");
        var most = ReadOperand(value[1], OperandShape.NumberOrText, $"{path}[1]");
        if (least is null || most is null)
            return null;
        if (least.Kind == most.Kind)
            return new ValueTest(filterOperator, [least, most]);
        errors.Add(path, "holds a number and a string; expected two numbers or two strings");
        return null;
    }

    private ValueTest? ReadList(FilterOperator filterOperator, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > ConditionLimits.MostValues)
        {
            errors.Expected(path, value, $"an array of 1 to {ConditionLimits.MostValues} strings, numbers or booleans");
            return null;
        }
        var operands = new List<Operand>(value.GetArrayLength());
        foreach (var element in value.EnumerateArray())
        {
            if (ReadOperand(element, OperandShape.Scalar, $"{path}[{operands.Count}]") is not { } operand)
                return null;
            operands.Add(operand);
        }
        return new ValueTest(filterOperator, operands);
    }

    private Operand? ReadOperand(JsonElement value, OperandShape shape, string path)
    {
        if (value.ValueKind == JsonValueKind.String)
            return ReadText(value.GetString()!, shape, path);
        if (value.ValueKind == JsonValueKind.Number && shape is OperandShape.Scalar or OperandShape.NumberOrText)
            return Operand.OfNumber(value.GetDouble());
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False && shape == OperandShape.Scalar)
            return Operand.OfBoolean(value.GetBoolean());
        errors.Expected(path, value, shape switch
        {
            OperandShape.Text => "a string",
            OperandShape.Date => "an ISO 8601 date or instant",
            OperandShape.NumberOrText => "a number or a string",
            _ => "a string, a number or a boolean",
        });
        return null;
    }

    private Operand? ReadText(string text, OperandShape shape, string path)
    {
        if (Encoding.UTF8.GetByteCount(text) > ConditionLimits.LongestText)
        {
            errors.Add(path, $"is longer than {ConditionLimits.LongestText} bytes");
            return null;
        }
        if (shape != OperandShape.Date)
            return Operand.OfText(text);
        if (IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out var time))
            return Operand.OfTime(time);
        errors.Add(path, "is no ISO 8601 date or instant, such as 2026-01-31 or 2026-01-31T10:00:00Z");
        return null;
    }
}
