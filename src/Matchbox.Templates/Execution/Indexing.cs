namespace Matchbox.Templates.Execution;

/// <summary>index, slice and len. A fault is the text of Go's error, or of the panic that Go reports in its place.</summary>
internal static class Indexing
{
    /// <summary><c>index x 1 "a"</c> is x[1]["a"]. A key that the map lacks gives the zero value.</summary>
    public static TemplateValue Index(ReadOnlySpan<TemplateValue> arguments, out string? fault)
    {
        fault = null;
        var item = arguments[0].Unboxed();
        if (item.IsInvalid)
        {
            fault = "index of untyped nil";
            return default;
        }
        foreach (var argument in arguments[1..])
        {
            item = Step(item, argument.Unboxed(), out fault);
            if (fault is not null)
            {
                return default;
            }
        }
        return item;
    }

    private static TemplateValue Step(TemplateValue item, TemplateValue index, out string? fault)
    {
        fault = null;
        switch (item.Kind)
        {
            case ValueKind.Nil:
                fault = "index of nil pointer";
                return default;
            case ValueKind.List or ValueKind.String:
                var length = item.Kind == ValueKind.List ? item.AsList.Length : item.AsString.Length;
                if (!TryPosition(index, length, out var position, out fault))
                {
                    return default;
                }
                if (position == length)
                {
                    // Go lets this one through to the runtime.
                    fault = item.Kind == ValueKind.List ? "reflect: slice index out of range" : "reflect: string index out of range";
                    return default;
                }
                return item.Kind == ValueKind.List ? item.AsList[position] : TemplateValue.FromByte(item.AsString[position]);
            case ValueKind.Map or ValueKind.TextMap:
                if (index.Kind != ValueKind.String)
                {
                    fault = index.IsInvalid
                        ? "value is nil; should be of type string"
                        : $"value has type {index.TypeName}; should be string";
                    return default;
                }
                item.AsMap.TryGet(index.AsString, out var value);
                return OfMap(item.Kind, value);
            default:
                fault = $"can't index item of type {item.TypeName}";
                return default;
        }
    }

    /// <summary>A value as its map holds it; for a missing one give the invalid value, and get the zero value of the map's elements.</summary>
    public static TemplateValue OfMap(ValueKind map, TemplateValue value)
    {
        if (map == ValueKind.Map)
        {
            return value.Boxed();
        }
        return value.IsInvalid ? TemplateValue.Empty : value;
    }

    /// <summary><c>slice x 1 2</c> is x[1:2].</summary>
    public static TemplateValue Slice(ReadOnlySpan<TemplateValue> arguments, out string? fault)
    {
        fault = null;
        var item = arguments[0].Unboxed();
        var indexes = arguments[1..];
        if (item.IsInvalid)
        {
            fault = "slice of untyped nil";
        }
        else if (indexes.Length > 3)
        {
            fault = $"too many slice indexes: {indexes.Length}";
        }
        else if (item.Kind is not (ValueKind.String or ValueKind.List))
        {
            fault = $"can't slice item of type {item.TypeName}";
        }
        else if (item.Kind == ValueKind.String && indexes.Length == 3)
        {
            fault = "cannot 3-index slice a string";
        }
        if (fault is not null)
        {
            return default;
        }
        var isString = item.Kind == ValueKind.String;
        var capacity = isString ? item.AsString.Length : item.AsList.Capacity;
        Span<int> bounds = [0, isString ? capacity : item.AsList.Length, capacity];
        for (var at = 0; at < indexes.Length; at++)
        {
            if (!TryPosition(indexes[at], capacity, out bounds[at], out fault))
            {
                return default;
            }
        }
        for (var at = 0; at < 2; at++)
        {
            if (bounds[at] > bounds[at + 1])
            {
                fault = $"invalid slice index: {bounds[at]} > {bounds[at + 1]}";
                return default;
            }
        }
        return isString
            ? item.Substring(bounds[0], bounds[1])
            : TemplateValue.FromList(item.AsList.Slice(bounds[0], bounds[1], bounds[2]));
    }

    public static TemplateValue Length(TemplateValue item, out string? fault)
    {
        fault = item.Kind switch
        {
            ValueKind.String or ValueKind.List or ValueKind.Map or ValueKind.TextMap => null,
            ValueKind.Nil => item.IsBoxed ? "len of nil pointer" : "reflect: call of reflect.Value.Type on zero Value",
            _ => $"len of type {item.TypeName}",
        };
        return TemplateValue.FromInt(item.Kind switch
        {
            ValueKind.String => item.AsString.Length,
            ValueKind.List => item.AsList.Length,
            ValueKind.Map or ValueKind.TextMap => item.AsMap.Count,
            _ => 0,
        });
    }

    private static bool TryPosition(TemplateValue index, int last, out int position, out string? fault)
    {
        position = 0;
        fault = null;
        if (index.IsInvalid)
        {
            fault = "cannot index slice/array with nil";
        }
        else if (index.IsBoxed || index.Kind is not (ValueKind.Int or ValueKind.Byte))
        {
            fault = $"cannot index slice/array with type {index.StaticTypeName}";
        }
        else if (index.AsInt < 0 || index.AsInt > last)
        {
            fault = $"index out of range: {index.AsInt}";
        }
        else
        {
            position = (int)index.AsInt;
        }
        return fault is null;
    }
}
