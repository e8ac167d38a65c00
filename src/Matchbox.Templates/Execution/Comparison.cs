using Matchbox.Templates.Formatting;

namespace Matchbox.Templates.Execution;

/// <summary>
/// eq, ne, lt, le, gt, ge. Only values of one kind compare, int and uint8 being one: a JSON number, which is a float64, is no match
/// for the constant 3. A fault is the text of Go's error.
/// </summary>
internal static class Comparison
{
    private const string BadType = "invalid type for comparison";

    private enum Basic : byte
    {
        None,
        Bool,
        Integer,
        Float,
        Complex,
        String,
    }

    /// <summary>Whether the first equals any of the others.</summary>
    public static bool EqualsAny(ReadOnlySpan<TemplateValue> values, out string? fault)
    {
        fault = values.Length < 2 ? "missing argument for comparison" : null;
        for (var at = 1; at < values.Length; at++)
        {
            if (AreEqual(values[0].Unboxed(), values[at].Unboxed(), out fault) || fault is not null)
            {
                return fault is null;
            }
        }
        return false;
    }

    public static bool IsLess(TemplateValue left, TemplateValue right, out string? fault)
    {
        fault = null;
        (left, right) = (left.Unboxed(), right.Unboxed());
        var kind = BasicOf(left);
        var other = BasicOf(right);
        if (kind == Basic.None || other == Basic.None)
        {
            fault = BadType;
            return false;
        }
        if (kind != other)
        {
            fault = Incompatible(left, right);
            return false;
        }
        switch (kind)
        {
            case Basic.Integer:
                return left.AsInt < right.AsInt;
            case Basic.Float:
                return left.AsFloat < right.AsFloat;
            case Basic.String:
                return left.AsString.SequenceCompareTo(right.AsString) < 0;
            default:
                fault = BadType;
                return false;
        }
    }

    public static bool IsLessOrEqual(TemplateValue left, TemplateValue right, out string? fault) =>
        IsLess(left, right, out fault) || (fault is null && AreEqual(left.Unboxed(), right.Unboxed(), out fault));

    private static bool AreEqual(TemplateValue left, TemplateValue right, out string? fault)
    {
        fault = null;
        var kind = BasicOf(left);
        if (kind != BasicOf(right))
        {
            // Nothing equals nil but nil.
            fault = left.IsInvalid || right.IsInvalid ? null : Incompatible(left, right);
            return false;
        }
        switch (kind)
        {
            case Basic.Bool:
                return left.AsBool == right.AsBool;
            case Basic.Integer:
                return left.AsInt == right.AsInt;
            case Basic.Float:
                return left.AsFloat == right.AsFloat;
            case Basic.Complex:
                return left.AsComplex == right.AsComplex;
            case Basic.String:
                return left.AsString.SequenceEqual(right.AsString);
        }
        if (left.IsInvalid || right.IsInvalid)
        {
            return left.IsInvalid == right.IsInvalid;
        }
        fault = left.IsMap == right.IsMap
            ? $"non-comparable type {Show(right)}: {right.TypeName}"
            : $"non-comparable types {Show(left)}: {left.TypeName}, {right.TypeName}: {ValueText.Of(right)}";
        return false;
    }

    private static Basic BasicOf(TemplateValue value) => value.Kind switch
    {
        ValueKind.Bool => Basic.Bool,
        ValueKind.Int or ValueKind.Byte => Basic.Integer,
        ValueKind.Float => Basic.Float,
        ValueKind.Complex => Basic.Complex,
        ValueKind.String => Basic.String,
        _ => Basic.None,
    };

    private static string Incompatible(TemplateValue left, TemplateValue right) =>
        $"incompatible types for comparison: {left.TypeName} and {right.TypeName}";

    private static string Show(TemplateValue value) => ValueText.Of(value, 's');
}
