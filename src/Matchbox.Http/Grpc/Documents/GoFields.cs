using System.Globalization;
using Matchbox.Butane.Ignition;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>
/// Puts JSON into a struct's fields as Go's encoding/json does: keys in any case, null leaves a text as it is, and of all wrong
/// types the first is told, in Go's words.
/// </summary>
internal sealed class GoFields
{
    /// <summary>Deeper metadata is refused: whoever reads it walks it on the call stack.</summary>
    private const int MaxDepth = 1000;

    /// <summary>The first fault; null: there is none.</summary>
    public string? Fault { get; private set; }

    /// <summary>The text, or <paramref name="before"/> for null and for what is no text.</summary>
    public string TextOf(JsonNode node, string before, string field)
    {
        if (node.Kind is not (JsonKind.Text or JsonKind.Null))
        {
            Mismatch(node, field, "string");
        }
        return node.Kind == JsonKind.Text ? node.Text : before;
    }

    /// <summary>Is it an object; null is none and no fault.</summary>
    public bool IsObject(JsonNode node, string field, string type)
    {
        if (node.Kind is not (JsonKind.Object or JsonKind.Null))
        {
            Mismatch(node, field, type);
        }
        return node.Kind == JsonKind.Object;
    }

    /// <summary>A list of texts; null is an empty one.</summary>
    public IReadOnlyList<string> TextsOf(JsonNode node, IReadOnlyList<string> before, string field)
    {
        if (node.Kind == JsonKind.Array)
        {
            // Equal keys are laid over each other, so a null takes what an earlier list had there.
            return [.. node.Items.Select((item, i) => TextOf(item, i < before.Count ? before[i] : "", field))];
        }
        if (node.Kind == JsonKind.Null)
        {
            return [];
        }
        Mismatch(node, field, "[]string");
        return before;
    }

    /// <summary>Can the value become what Go keeps of it: numbers fit a float64, and it is not too deep.</summary>
    public void CheckAny(JsonNode node, string field, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            Fault ??= "exceeded max depth";
            return;
        }
        if (node.Kind == JsonKind.Number && !double.IsFinite(double.Parse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture)))
        {
            Fault ??= $"json: cannot unmarshal number {node.Text} into {field} of type float64";
        }
        foreach (var member in node.Members)
        {
            CheckAny(member.Value, field, depth + 1);
        }
        foreach (var item in node.Items)
        {
            CheckAny(item, field, depth + 1);
        }
    }

    /// <summary>The field that a key stands for; null: none, and Go passes over it.</summary>
    public static string? FieldOf(string key, ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            // Go folds two letters that are not ASCII to ASCII ones: the long s and the Kelvin sign.
            if (key.Length == field.Length && key.Replace('\u017f', 's').Replace('\u212a', 'k').Equals(field, StringComparison.OrdinalIgnoreCase))
            {
                return field;
            }
        }
        return null;
    }

    private void Mismatch(JsonNode node, string field, string type)
    {
        var found = node.Kind switch
        {
            JsonKind.Flag => "bool",
            JsonKind.Number => "number",
            JsonKind.Text => "string",
            JsonKind.Array => "array",
            _ => "object",
        };
        Fault ??= $"json: cannot unmarshal {found} into {field} of type {type}";
    }
}
