using System.Collections.Immutable;
using System.Text.Json;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>Reads <c>"match": { LABEL: CONDITION, ... }</c> of a group's file.</summary>
internal static class ConditionReader
{
    private const string Forms = "write a text, a list of texts, or one of {\"prefix\": ...}, {\"cidr\": ...}, {\"not\": ...}, {\"exists\": true}";

    // "not" within "not" says nothing new; this many is somebody's generator, more is an attack.
    private const int MaxNesting = 8;

    /// <summary>Adds what is sound; of a label that stands twice the last condition counts.</summary>
    public static void Read(DeclaredFile file, JsonPart part, ImmutableSortedDictionary<string, LabelCondition>.Builder match)
    {
        file.RequireObject(part, "\"match\"");
        foreach (var member in part.Members)
        {
            if (ConditionOf(file, member.Name, member.Value, 0) is { } condition)
            {
                match[member.Name] = condition;
            }
        }
    }

    private static LabelCondition? ConditionOf(DeclaredFile file, string label, JsonPart part, int nesting)
    {
        switch (part.Kind)
        {
            case JsonValueKind.String:
                return EqualTo(file, label, part);
            case JsonValueKind.Array:
                return AnyOf(file, label, part);
            case JsonValueKind.Object when part.Members is [var only]:
                return OfKind(file, label, only, nesting);
            default:
                file.Fault(part.Offset, part.Kind == JsonValueKind.Object
                    ? $"the condition on \"{label}\" has {part.Members.Length} keys, not one"
                    : $"the condition on \"{label}\" is {part.Describe()}", Forms);
                return null;
        }
    }

    private static LabelCondition? OfKind(DeclaredFile file, string label, JsonMember kind, int nesting)
    {
        var value = kind.Value;
        switch (kind.Name)
        {
            case "prefix" when value.Kind == JsonValueKind.String:
                var start = value.Text;
                if (IsMac(label) && !MacPrefix.TryNormalise(start, out start))
                {
                    file.Fault(value.Offset, $"\"{value.Text}\" is not how a MAC address begins", "write it like 52:54:00");
                    return null;
                }
                return new LabelCondition.Prefix(start);
            case "cidr" when value.Kind == JsonValueKind.String:
                if (!IPv4Network.TryParse(value.Text, out var network))
                {
                    file.Fault(value.Offset, $"\"{value.Text}\" is no IPv4 network", "write it like 10.0.7.0/24");
                    return null;
                }
                return new LabelCondition.InNetwork(network);
            case "not" when nesting == MaxNesting:
                file.Fault(value.Offset, $"the condition on \"{label}\" nests too deep", "two \"not\" are none");
                return null;
            case "not":
                return ConditionOf(file, label, value, nesting + 1) is { } inner ? new LabelCondition.Not(inner) : null;
            case "exists" when value.Kind is JsonValueKind.True or JsonValueKind.False:
                return new LabelCondition.Exists(value.Kind == JsonValueKind.True);
            case "prefix" or "cidr" or "exists":
                file.Fault(value.Offset, $"\"{kind.Name}\" of \"{label}\" is {value.Describe()}", kind.Name == "exists" ? "write true or false without quotes" : "put it in double quotes");
                return null;
            default:
                file.Fault(kind.Offset, $"\"{kind.Name}\" is no kind of condition", Forms);
                return null;
        }
    }

    private static LabelCondition.AnyOf? AnyOf(DeclaredFile file, string label, JsonPart part)
    {
        var values = ImmutableArray.CreateBuilder<LabelCondition.Equal>(part.Items.Length);
        foreach (var item in part.Items)
        {
            if (item.Kind != JsonValueKind.String)
            {
                file.Fault(item.Offset, $"a value of \"{label}\" is {item.Describe()}, not a text", "put it in double quotes");
            }
            else if (EqualTo(file, label, item) is { } value)
            {
                values.Add(value);
            }
        }
        if (part.Items.IsEmpty)
        {
            file.Fault(part.Offset, $"the list of values for \"{label}\" is empty: no machine would fit", "name a value, or leave the condition out");
        }
        return values.Count > 0 ? new LabelCondition.AnyOf(values.ToImmutable()) : null;
    }

    private static LabelCondition.Equal? EqualTo(DeclaredFile file, string label, JsonPart part)
    {
        var value = part.Text;
        // The empty text is a machine without a MAC.
        if (IsMac(label) && value.Length > 0 && !Labels.TryNormaliseMac(value, out value))
        {
            file.Fault(part.Offset, $"\"{part.Text}\" is no MAC address", "write it like 52:54:00:12:34:56");
            return null;
        }
        return new LabelCondition.Equal(value);
    }

    private static bool IsMac(string label) => label.Equals("mac", StringComparison.OrdinalIgnoreCase);
}
