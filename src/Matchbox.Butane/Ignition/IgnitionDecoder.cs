using System.Globalization;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// Puts JSON into records as Go's encoding/json puts it into Ignition's structs: keys in any case, the last of equal keys wins,
/// null leaves things as they are, and of all wrong types the first is told.
/// </summary>
internal sealed class IgnitionDecoder(StructType root, int version)
{
    private readonly List<string> _path = [];

    /// <summary>The first value of a wrong type; null: there is none.</summary>
    public JsonFault? Fault { get; private set; }

    public Record Decode(JsonNode json)
    {
        var config = new Record(root);
        if (json.Kind == JsonKind.Object)
        {
            Fill(config, json);
        }
        else if (json.Kind != JsonKind.Null)
        {
            Mismatch(json, "Go value", GoTypes.NameOf(root, version));
        }
        return config;
    }

    private void Fill(Record record, JsonNode node)
    {
        foreach (var member in node.Members)
        {
            if (FieldFor(record.Type, member.Key) is { } field)
            {
                var depth = _path.Count;
                if (GoTypes.EmbeddedIn(record.Type, field) is { } embedded)
                {
                    _path.Add(embedded);
                }
                _path.Add(field.Json);
                Set(record, field, member.Value);
                _path.RemoveRange(depth, _path.Count - depth);
            }
        }
    }

    private Field? FieldFor(StructType type, string key)
    {
        if (type.ByJson(key, version) is { } exact)
        {
            return exact;
        }
        foreach (var field in type.Fields)
        {
            if (!field.IsSugar && field.IsKnownTo(version) && FoldsTo(key, field.Json))
            {
                return field;
            }
        }
        return null;
    }

    // Go folds two letters that are not ASCII to ASCII ones: the long s and the Kelvin sign.
    internal static bool FoldsTo(string key, string name) =>
        key.Length == name.Length
        && key.Replace('\u017f', 's').Replace('\u212a', 'k').Equals(name, StringComparison.OrdinalIgnoreCase);

    private void Set(Record record, Field field, JsonNode node)
    {
        if (node.Kind == JsonKind.Null)
        {
            if (field.Kind is FieldKind.TextList or FieldKind.StructList || (field.IsOptional && version <= field.OptionalUntil))
            {
                record[field] = null;
            }
            return;
        }
        switch (field.Kind)
        {
            case FieldKind.Text when node.Kind == JsonKind.Text:
                record.Set(field, node.Text);
                break;
            case FieldKind.Flag when node.Kind == JsonKind.Flag:
                record.Set(field, node.Text == "true");
                break;
            case FieldKind.Number when node.Kind == JsonKind.Number
                && long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                record.Set(field, number);
                break;
            case FieldKind.Struct when node.Kind == JsonKind.Object:
                Fill(record.Open(field), node);
                break;
            case FieldKind.StructList when node.Kind == JsonKind.Array:
                SetStructs(record, field, node);
                break;
            case FieldKind.TextList when node.Kind == JsonKind.Array:
                SetTexts(record, field, node);
                break;
            default:
                Mismatch(node, record.Type, GoTypes.NameOf(field, version), isNumber: field.Kind == FieldKind.Number);
                break;
        }
    }

    // A list that stands twice under the same key keeps the items of the first, and the second is laid over them.
    private void SetStructs(Record record, Field field, JsonNode node)
    {
        var before = record.List(field);
        var items = new List<Record>(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = i < before.Count ? before[i] : new Record(field.Type!);
            if (node.Items[i].Kind == JsonKind.Object)
            {
                Fill(item, node.Items[i]);
            }
            else if (node.Items[i].Kind != JsonKind.Null)
            {
                Mismatch(node.Items[i], record.Type, GoTypes.NameOf(field.Type!, version));
            }
            items.Add(item);
        }
        record[field] = items;
    }

    private void SetTexts(Record record, Field field, JsonNode node)
    {
        var before = record.Texts(field);
        var texts = new List<string>(node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
        {
            if (node.Items[i].Kind is not (JsonKind.Text or JsonKind.Null))
            {
                Mismatch(node.Items[i], record.Type, GoTypes.ElementOf(field));
            }
            texts.Add(node.Items[i].Kind == JsonKind.Text ? node.Items[i].Text : i < before.Count ? before[i] : "");
        }
        record[field] = texts;
    }

    private void Mismatch(JsonNode node, StructType type, string wanted, bool isNumber = false) => Mismatch(
        node,
        $"Go struct field {GoTypes.ShortNameOf(type, version)}.{string.Join('.', _path)}",
        wanted,
        isNumber);

    private void Mismatch(JsonNode node, string where, string wanted, bool isNumber = false)
    {
        var found = Mismatch(node, isNumber);
        Fault ??= found with { Message = $"json: cannot unmarshal {found.Message} into {where} of type {wanted}" };
    }

    /// <summary>What stands there instead, and where Go says so. A number that does not fit a number is told with its digits.</summary>
    internal static JsonFault Mismatch(JsonNode node, bool isNumber) => node.Kind switch
    {
        JsonKind.Flag => new JsonFault("bool", node.End),
        JsonKind.Number => new JsonFault(isNumber ? "number " + node.Text : "number", node.End),
        JsonKind.Text => new JsonFault("string", node.End),
        JsonKind.Array => new JsonFault("array", node.Start + 1),
        _ => new JsonFault("object", node.Start + 1),
    };
}
